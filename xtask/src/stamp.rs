//! Remembers by content hash that a step was done with these inputs, so that a second run can leave it out.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::repo::Repo;

/// Folders that hold results, never inputs.
const NOT_INPUTS: &[&str] = &["node_modules", "dist", "target", "artifacts", "test-results", ".git"];

/// The inputs of a step and the file that remembers their last hash.
pub struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Hashes `inputs` (files, or folders with all that is in them) for the step called `name`.
    pub fn of(repo: &Repo, name: &str, inputs: &[PathBuf]) -> Result<Self> {
        let mut hash = Fnv::new();
        for input in inputs {
            hash_tree(input, &mut hash)?;
        }
        Ok(Self { file: repo.target("xtask").join(format!("{name}.stamp")), hash: hash.hex() })
    }

    /// Returns whether the step was last done with the same inputs.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|stored| stored == self.hash)
    }

    /// Remembers that the step was done.
    pub fn set(&self) -> Result<()> {
        let folder = self.file.parent().context("a stamp lies in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&self.file, &self.hash).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

fn hash_tree(path: &Path, hash: &mut Fnv) -> Result<()> {
    if path.is_file() {
        hash.write(path.to_string_lossy().as_bytes());
        hash.write(&fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
    } else if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        entries.sort();
        for entry in entries {
            let is_input = entry.file_name().is_some_and(|n| NOT_INPUTS.iter().all(|skip| n != *skip));
            if is_input {
                hash_tree(&entry, hash)?;
            }
        }
    }
    Ok(())
}

/// FNV-1a with 64 bits: the same in every Rust version, unlike the standard library's hasher.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds one item; its length goes in too, so that moving bytes from one file to the next changes the hash.
    fn write(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(path: &Path) -> String {
        let mut hash = Fnv::new();
        hash_tree(path, &mut hash).unwrap();
        hash.hex()
    }

    #[test]
    fn changes_with_content_and_names_but_not_with_results() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/a.ts"), "one").unwrap();
        let first = hash_of(folder.path());

        fs::create_dir_all(folder.path().join("dist")).unwrap();
        fs::write(folder.path().join("dist/a.js"), "built").unwrap();
        assert_eq!(hash_of(folder.path()), first);

        fs::write(folder.path().join("src/a.ts"), "two").unwrap();
        let second = hash_of(folder.path());
        assert_ne!(second, first);

        fs::rename(folder.path().join("src/a.ts"), folder.path().join("src/b.ts")).unwrap();
        assert_ne!(hash_of(folder.path()), second);
    }
}
