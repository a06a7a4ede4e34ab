//! HTTP/1.1 byte by byte, for requests that no client library would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nothing may hang: an answer that does not come within this time never will.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub struct RawConnection {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status, such as 200.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// Returns the value of a header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl RawConnection {
    /// Connects to `host:port`.
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self { stream, unread: Vec::new() }
    }

    /// Sends bytes; tells whether the other side still takes them.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("it takes bytes or closes").is_ok()
    }

    /// Says that nothing more will come.
    pub async fn end(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Reads an answer; none if the connection ends first.
    pub async fn answer(&mut self) -> Option<RawAnswer> {
        timeout(PATIENCE, self.read_answer()).await.expect("an answer or an end, not silence")
    }

    /// Reads an answer that must come.
    pub async fn expect(&mut self) -> RawAnswer {
        self.answer().await.expect("an answer")
    }

    /// Waits until the other side ends the connection.
    pub async fn ended(&mut self) {
        timeout(PATIENCE, async { while self.read_more().await {} }).await.expect("the connection ends");
    }

    /// Reads the head of an answer whose body has no end.
    pub async fn head(&mut self) -> String {
        let found = self.read_until("\r\n\r\n").await;
        assert!(found, "a head");
        String::from_utf8_lossy(&self.unread).into_owned()
    }

    /// Reads until a text comes; tells whether it did.
    pub async fn read_until(&mut self, text: &str) -> bool {
        let read = async {
            while !String::from_utf8_lossy(&self.unread).contains(text) {
                if !self.read_more().await {
                    return false;
                }
            }
            true
        };
        timeout(PATIENCE, read).await.expect("what is awaited, or an end")
    }

    async fn read_answer(&mut self) -> Option<RawAnswer> {
        let head_end = loop {
            if let Some(at) = self.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at;
            }
            if !self.read_more().await {
                return None;
            }
        };
        let head = String::from_utf8(self.unread[..head_end].to_vec()).expect("a head of text");
        self.unread.drain(..head_end + 4);
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = RawAnswer { status, headers, body: Vec::new() };
        if let Ok(length) = answer.header("content-length").parse::<usize>() {
            answer.body = self.take(length).await?;
        } else if answer.header("transfer-encoding") == "chunked" {
            loop {
                let length =
                    usize::from_str_radix(self.line().await?.trim(), 16).expect("the length of a chunk");
                answer.body.extend(self.take(length).await?);
                self.line().await?;
                if length == 0 {
                    break;
                }
            }
        } else if status >= 200 && status != 204 {
            while self.read_more().await {}
            answer.body = std::mem::take(&mut self.unread);
        }
        Some(answer)
    }

    async fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.unread.len() < length {
            if !self.read_more().await {
                return None;
            }
        }
        Some(self.unread.drain(..length).collect())
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.unread.windows(2).position(|bytes| bytes == b"\r\n") {
                let line = self.unread.drain(..at + 2).collect::<Vec<u8>>();
                return String::from_utf8(line).ok();
            }
            if !self.read_more().await {
                return None;
            }
        }
    }

    /// A reset is an end like any other.
    async fn read_more(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes).await {
            Ok(0) | Err(_) => false,
            Ok(n_bytes) => {
                self.unread.extend_from_slice(&bytes[..n_bytes]);
                true
            }
        }
    }
}
