//! The token of a server that other machines can reach: the user's, or one that is made once and kept in the data folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Name of the file in the data folder that keeps a generated token.
const FILE: &str = "token";

/// Bytes of a generated token: as many as nobody guesses.
const N_BYTES: usize = 16;

/// A token that we made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Generated {
    pub(crate) token: String,
    pub(crate) path: PathBuf,
}

/// Returns the token that the data folder keeps, made if there is none, so that clients keep working after a restart.
pub(crate) fn generated(data_dir: &Path) -> io::Result<Generated> {
    let path = data_dir.join(FILE);
    let mut token = String::new();
    match fs::File::open(&path) {
        Ok(file) => {
            file.take(1024).read_to_string(&mut token)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let token = token.trim().to_owned();
    if !token.is_empty() {
        return Ok(Generated { token, path });
    }
    let mut bytes = [0; N_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(&path)?, "{token}")?;
    Ok(Generated { token, path })
}

/// Returns the token that the data folder keeps, if one was made.
pub fn kept_token(data_dir: &Path) -> Option<String> {
    let token = fs::read_to_string(data_dir.join(FILE)).ok()?;
    Some(token.trim().to_owned()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = generated(folder.path()).unwrap();
        assert_eq!(first.token.len(), 2 * N_BYTES);
        assert_eq!(generated(folder.path()).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&first.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let other = tempfile::tempdir().unwrap();
        assert_ne!(generated(other.path()).unwrap().token, first.token);
    }
}
