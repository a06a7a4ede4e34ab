//! The user's file of model prices: read once at start; a bad one is told and the bundled prices are used.

use std::fs;
use std::path::Path;

use analysis::prices::Prices;

/// Largest file in bytes: a list of all models there are takes a few hundred kilobytes.
const MAX_BYTES: u64 = 16 << 20;

/// Returns the prices of a file before the bundled ones, or the bundled ones alone.
pub(crate) fn load(file: Option<&Path>) -> Prices {
    let Some(file) = file else { return Prices::bundled() };
    match read(file) {
        Ok(prices) => prices,
        Err(reason) => {
            tracing::error!("the prices in {} are not used, but the bundled ones: {reason}", file.display());
            Prices::bundled()
        }
    }
}

fn read(file: &Path) -> Result<Prices, String> {
    let n_bytes = fs::metadata(file).map_err(|error| error.to_string())?.len();
    if n_bytes > MAX_BYTES {
        return Err(format!("it has {n_bytes} bytes; {MAX_BYTES} are the most"));
    }
    Prices::with_user_entries(&fs::read_to_string(file).map_err(|error| error.to_string())?)
}
