//! Binding listeners: loopback in both address families, and a free port where a default one is taken.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proto::ui::{Listener, ListenerRole};
use tokio::net::TcpListener;

use crate::config::ListenAddress;

/// Tries for a free port that is free in both families.
const MAX_TRIES: usize = 16;

/// A bound listener.
pub(crate) struct Bound {
    /// What it is for, and where.
    pub(crate) listener: Listener,
    /// IPv4 first; the other family if there is one.
    pub(crate) sockets: Vec<TcpListener>,
    /// Where it is bound.
    pub(crate) address: SocketAddr,
}

/// Binds a listener. `127.0.0.1` brings `[::1]` along, since `localhost` often resolves to it.
pub(crate) async fn bind(role: ListenerRole, asked: ListenAddress) -> io::Result<Bound> {
    let first = bind_both(asked.address).await;
    let (sockets, is_fallback) = match first {
        Ok(sockets) => (sockets, false),
        Err(error) if asked.is_default && error.kind() == io::ErrorKind::AddrInUse => {
            (bind_both(SocketAddr::new(asked.address.ip(), 0)).await?, true)
        }
        Err(error) => return Err(error),
    };
    let address = sockets[0].local_addr()?;
    let listener =
        Listener { role, address: address.to_string(), asked: asked.address.to_string(), is_fallback };
    Ok(Bound { listener, sockets, address })
}

async fn bind_both(address: SocketAddr) -> io::Result<Vec<TcpListener>> {
    if address.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
        return Ok(vec![TcpListener::bind(address).await?]);
    }
    for _ in 0..MAX_TRIES {
        let v4 = TcpListener::bind(address).await?;
        let port = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(v6) => return Ok(vec![v4, v6]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if address.port() != 0 {
                    return Err(error);
                }
            }
            // A machine without IPv6 has no `::1` to be reached on.
            Err(_) => return Ok(vec![v4]),
        }
    }
    Err(io::Error::new(io::ErrorKind::AddrInUse, "no port is free on both 127.0.0.1 and [::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_default_port_that_is_taken_is_replaced_and_an_asked_one_is_an_error() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = taken.local_addr().unwrap();
        let bound = bind(ListenerRole::Http, ListenAddress { address, is_default: true }).await.unwrap();
        assert!(bound.listener.is_fallback);
        assert_ne!(bound.address.port(), address.port());
        let refused = bind(ListenerRole::Http, ListenAddress::asked(address)).await;
        assert_eq!(refused.err().map(|error| error.kind()), Some(io::ErrorKind::AddrInUse));
    }
}
