//! Where things are in the repository, and a shell that starts there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::Shell;

/// The repository and a shell whose working folder is its root.
pub struct Repo {
    root: PathBuf,
    /// For `xshell::cmd!`.
    pub shell: Shell,
}

impl Repo {
    /// Finds the repository that this program was built from.
    pub fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace root")?;
        let shell = Shell::new()?;
        shell.change_dir(root);
        Ok(Self { root: root.to_path_buf(), shell })
    }

    /// Returns an absolute path from one that is relative to the root.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Returns a path below cargo's target folder, which `CARGO_TARGET_DIR` may move.
    pub fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        self.root.join(target).join(relative)
    }

    /// Returns the path of a binary that cargo built; `profile` is the name of its folder.
    pub fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}
