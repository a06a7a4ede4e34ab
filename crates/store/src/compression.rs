//! What is stored is compressed: blocks that arrive with LZ4, which is quicker than any level of zstd, everything else, and these blocks
//! once they are merged, with zstd.
//!
//! zstd's contexts are kept by each thread, and so is the room that LZ4 writes to: making either costs more than compressing a
//! small value.

use std::cell::RefCell;
use std::io::{self, Read as _};

use lz4::block::CompressionMode;
use zstd::bulk::{Compressor, Decompressor};

use crate::StoreError;

/// zstd level of what is compressed once, as it arrives: large values, log records, rejected requests.
const ARRIVAL_LEVEL: i32 = 1;

/// Begins what LZ4 compressed; what zstd did begins with its own magic number.
const LZ4_MARK: [u8; 2] = *b"L4";

/// zstd level of merged blocks: 3 makes them 2 to 6 % smaller than 1 for a third more time; above it 1 % costs twice the time
/// (docs/adr/0005).
const MERGED_LEVEL: i32 = 3;

/// What claims to be larger than this once decompressed is damaged: requests are bounded far below.
const MAX_BYTES: u64 = 4 << 30;

/// Up to this size memory is taken at once for what the database says; a larger claim has to prove itself byte by byte.
const MAX_TRUSTED_BYTES: usize = 64 << 20;

/// Room for what LZ4 makes that a thread keeps: enough for a block that arrives.
const MAX_KEPT_ROOM: usize = 128 << 10;

thread_local! {
    static LZ4_ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ARRIVAL: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static MERGED: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses what arrives, quickly.
pub(crate) fn compress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    ARRIVAL.with_borrow_mut(|kept| compress_with(kept, ARRIVAL_LEVEL, bytes)).map_err(failed)
}

/// Compresses a block that arrives, to be compressed again when it is merged.
pub(crate) fn compress_block(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    if bytes.len() > MAX_TRUSTED_BYTES {
        return compress(bytes);
    }
    let most = lz4::block::compress_bound(bytes.len()).map_err(failed)?;
    LZ4_ROOM.with_borrow_mut(|room| {
        if room.len() < most {
            room.resize(most, 0);
        }
        let n_bytes = lz4::block::compress_to_buffer(bytes, Some(CompressionMode::DEFAULT), false, room);
        let out = [LZ4_MARK.as_slice(), &room[..n_bytes.map_err(failed)?]].concat();
        room.truncate(MAX_KEPT_ROOM);
        room.shrink_to(MAX_KEPT_ROOM);
        Ok(out)
    })
}

/// Compresses a merged block, a little better.
pub(crate) fn compress_merged(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    MERGED.with_borrow_mut(|kept| compress_with(kept, MERGED_LEVEL, bytes)).map_err(failed)
}

fn compress_with(kept: &mut Option<Compressor<'static>>, level: i32, bytes: &[u8]) -> io::Result<Vec<u8>> {
    match kept {
        Some(compressor) => compressor.compress(bytes),
        None => kept.insert(Compressor::new(level)?).compress(bytes),
    }
}

/// Decompresses what has `n_bytes` then.
pub(crate) fn decompress(bytes: &[u8], n_bytes: i64) -> Result<Vec<u8>, StoreError> {
    if let Some(body) = bytes.strip_prefix(&LZ4_MARK) {
        return decompress_lz4(body, n_bytes);
    }
    let decompressed = match usize::try_from(n_bytes) {
        Ok(n_bytes) if n_bytes <= MAX_TRUSTED_BYTES => DECOMPRESSOR.with_borrow_mut(|kept| match kept {
            Some(decompressor) => decompressor.decompress(bytes, n_bytes),
            None => kept.insert(Decompressor::new()?).decompress(bytes, n_bytes),
        }),
        _ => decompress_untrusted(bytes),
    };
    decompressed.map_err(failed)
}

fn decompress_lz4(body: &[u8], n_bytes: i64) -> Result<Vec<u8>, StoreError> {
    let damaged = || StoreError::Failed("a compressed block is damaged".to_owned());
    let size = usize::try_from(n_bytes).ok().filter(|size| *size <= MAX_TRUSTED_BYTES);
    let size = size.ok_or_else(damaged)?;
    let mut bytes = vec![0; size];
    let asked = i32::try_from(n_bytes).map_err(|_| damaged())?;
    let n_bytes = lz4::block::decompress_to_buffer(body, Some(asked), &mut bytes).map_err(|_| damaged())?;
    if n_bytes == size { Ok(bytes) } else { Err(damaged()) }
}

fn decompress_untrusted(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    zstd::Decoder::new(bytes)?.take(MAX_BYTES).read_to_end(&mut out)?;
    Ok(out)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: io::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back_whatever_came_before() {
        let noise: Vec<u8> =
            (0..100_000_u32).flat_map(|n| n.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
        for length in [0, 1, 1_000, 400_000, 10] {
            let bytes = &noise[..length];
            let n_bytes = i64::try_from(length).unwrap();
            assert_eq!(decompress(&compress(bytes).unwrap(), n_bytes).unwrap(), bytes);
            assert_eq!(decompress(&compress_merged(bytes).unwrap(), n_bytes).unwrap(), bytes);
            let block = compress_block(bytes).unwrap();
            assert_eq!(decompress(&block, n_bytes).unwrap(), bytes);
            assert!(decompress(&block, n_bytes + 1).is_err() && decompress(&block, i64::MAX).is_err());
            assert!(length == 0 || decompress(&block, n_bytes - 1).is_err());
            assert!(length == 0 || decompress(&block[..block.len() - 1], n_bytes).is_err());
            // A size that cannot be believed is not trusted, and one that is too small is an error, not half of it.
            assert_eq!(decompress(&compress(bytes).unwrap(), i64::MAX).unwrap(), bytes);
            assert!(length == 0 || decompress(&compress(bytes).unwrap(), n_bytes - 1).is_err());
            assert!(decompress(b"garbage", n_bytes).is_err());
        }
    }
}
