//! Bodies unfolded, with the size limit applied to what comes out: a bomb is stopped where it crosses it.

use std::io::Read;

use axum::body::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ingest::IngestError;
use tokio::sync::OwnedSemaphorePermit;

use super::answer::Refusal;
use super::room::Room;

/// Compressed bodies larger than this are unfolded on a thread of their own.
const MAX_INLINE_COMPRESSED_BYTES: usize = 4 * 1024;

/// What a compressed body is taken to grow by at first: OTLP grows by 5 to 20. One that grows by more is begun again, with room for
/// the largest that is allowed, or small bombs could fill the memory together that none of them may fill alone.
const USUAL_GROWTH: usize = 32;

/// A body as it was before compression.
#[derive(Debug)]
pub(super) struct Unfolded {
    pub(super) body: Bytes,
    /// Its room, until what is made of it has some of its own.
    _room: Option<OwnedSemaphorePermit>,
}

/// Undoes a content encoding, once there is room for what may come out.
pub(super) async fn unfold(
    room: &Room,
    body: Bytes,
    encoding: &str,
    max_bytes: usize,
) -> Result<Unfolded, Refusal> {
    if matches!(encoding.to_ascii_lowercase().as_str(), "" | "identity") {
        return Ok(Unfolded { body, _room: None });
    }
    let usual_bytes = body.len().saturating_mul(USUAL_GROWTH).min(max_bytes);
    if body.len() <= MAX_INLINE_COMPRESSED_BYTES {
        match decompress(body.clone(), encoding, usual_bytes) {
            Err(Refusal::TooLarge(_)) if usual_bytes < max_bytes => {}
            unfolded => return Ok(Unfolded { body: unfolded?, _room: None }),
        }
    }
    for n_bytes in [usual_bytes, max_bytes] {
        let room = room.take(n_bytes).await.map_err(IngestError::from)?;
        let (body, encoding) = (body.clone(), encoding.to_owned());
        let decompress = move || decompress(body, &encoding, n_bytes);
        let panicked = |_| Refusal::Failed("decompressing panicked".to_owned());
        match tokio::task::spawn_blocking(decompress).await.map_err(panicked)? {
            Err(Refusal::TooLarge(_)) if n_bytes < max_bytes => {}
            unfolded => return Ok(Unfolded { body: unfolded?, _room: Some(room) }),
        }
    }
    Err(Refusal::TooLarge(max_bytes))
}

/// Undoes a content encoding; its name is read in any case.
fn decompress(body: Bytes, encoding: &str, max_bytes: usize) -> Result<Bytes, Refusal> {
    let failed = |name: &'static str| move |_: std::io::Error| Refusal::BadCompression(name);
    match encoding.to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(&*body), max_bytes, failed("gzip")),
        "deflate" => {
            // HTTP's deflate is zlib; some clients send it raw. The first two bytes of zlib are a multiple of 31.
            let is_zlib = matches!(&*body, [first, second, ..]
                if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31));
            if is_zlib {
                bounded(ZlibDecoder::new(&*body), max_bytes, failed("deflate"))
            } else {
                bounded(DeflateDecoder::new(&*body), max_bytes, failed("deflate"))
            }
        }
        "zstd" => {
            let decoder = zstd::Decoder::new(&*body).map_err(failed("zstd"))?;
            bounded(decoder, max_bytes, failed("zstd"))
        }
        _ => Err(Refusal::UnknownCompression(encoding.chars().take(100).collect())),
    }
}

/// Tells by its first bytes how a body is compressed. No OTLP message begins so: JSON not, and protobuf not, for these bytes are no
/// key of a field. <https://www.rfc-editor.org/rfc/rfc1952#page-6> <https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1>
pub(super) fn compression_of(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, 0x08, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

fn bounded(
    reader: impl Read,
    max_bytes: usize,
    failed: impl Fn(std::io::Error) -> Refusal,
) -> Result<Bytes, Refusal> {
    let mut out = Vec::new();
    // One byte more than allowed tells that there was more.
    reader.take(max_bytes as u64 + 1).read_to_end(&mut out).map_err(failed)?;
    if out.len() > max_bytes { Err(Refusal::TooLarge(max_bytes)) } else { Ok(out.into()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use store::StoreError;

    use super::*;

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().into()
    }

    #[test]
    fn the_limit_holds_for_what_comes_out() {
        let at_limit = gzip(&[0; 1000]);
        assert_eq!(decompress(at_limit.clone(), "gzip", 1000).unwrap().len(), 1000);
        assert!(matches!(decompress(at_limit, "gzip", 999), Err(Refusal::TooLarge(999))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_grows_much_waits_for_room_and_is_bounded_all_the_same() {
        const MAX_BYTES: usize = 1 << 19;
        let room = Room::new(MAX_BYTES);
        // Zeros shrink to less than a thousandth.
        let (at_limit, bomb) = (gzip(&[0; MAX_BYTES]), gzip(&vec![0; 100 * MAX_BYTES]));
        assert!(at_limit.len() < MAX_INLINE_COMPRESSED_BYTES && bomb.len() > MAX_INLINE_COMPRESSED_BYTES);
        let first = unfold(&room, at_limit.clone(), "gzip", MAX_BYTES).await.unwrap();
        assert_eq!(first.body.len(), MAX_BYTES);
        // While that one has all room, another is told to come back; what grows little needs none.
        let refused = unfold(&room, at_limit.clone(), "gzip", MAX_BYTES).await.unwrap_err();
        assert!(matches!(refused, Refusal::Ingest(IngestError::Store(StoreError::Overloaded))), "{refused}");
        assert_eq!(unfold(&room, gzip(b"spans"), "gzip", MAX_BYTES).await.unwrap().body, b"spans".as_slice());
        assert_eq!(unfold(&room, at_limit.clone(), "", MAX_BYTES).await.unwrap().body, at_limit);
        drop(first);
        assert!(matches!(unfold(&room, bomb, "gzip", MAX_BYTES).await, Err(Refusal::TooLarge(MAX_BYTES))));
        assert_eq!(unfold(&room, at_limit, "gzip", MAX_BYTES).await.unwrap().body.len(), MAX_BYTES);
    }

    #[test]
    fn both_kinds_of_deflate_are_read() {
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"spans").unwrap();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(b"spans").unwrap();
        for body in [raw.finish().unwrap(), zlib.finish().unwrap()] {
            assert_eq!(decompress(body.into(), "Deflate", 100).unwrap(), b"spans".as_slice());
        }
    }

    #[test]
    fn damaged_and_unknown_encodings_are_refused() {
        assert!(matches!(
            decompress(Bytes::from_static(b"no"), "gzip", 9),
            Err(Refusal::BadCompression("gzip"))
        ));
        assert!(
            matches!(decompress(Bytes::from_static(b"no"), "br", 9), Err(Refusal::UnknownCompression(name)) if name == "br")
        );
    }
}
