//! Bodies unfolded, with the size limit applied to what comes out: a bomb is stopped where it crosses it.

use std::io::Read;

use axum::body::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::answer::Refusal;

/// Undoes a content encoding; its name is read in any case.
pub(super) fn decompress(body: Bytes, encoding: &str, max_bytes: usize) -> Result<Bytes, Refusal> {
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
