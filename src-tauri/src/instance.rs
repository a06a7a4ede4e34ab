//! Which starts of the app are one: those on the same data folder.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};

/// Base of the name on the session bus.
const BUS_NAME: &str = "io.github.traceloupe";

/// Makes the plug-in that ends a second start on the same data folder and calls `on_second` in the first one. A start on another
/// folder is a window of its own on Linux; elsewhere the app is one, whatever its folder.
pub fn single(data_dir: Option<&Path>, on_second: fn(&AppHandle)) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(bus_name(data_dir))
        .callback(move |app, _, _| {
            tracing::info!("started a second time: the window comes to the front");
            on_second(app);
        })
        .build()
}

/// A part of a bus name must not start with a digit, hence the `f` (folder).
fn bus_name(data_dir: Option<&Path>) -> String {
    let Some(folder) = data_dir else { return BUS_NAME.to_owned() };
    let folder = folder
        .canonicalize()
        .or_else(|_| std::path::absolute(folder))
        .unwrap_or_else(|_| folder.to_path_buf());
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    format!("{BUS_NAME}.f{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_folder_has_the_same_name_however_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let name = bus_name(Some(folder.path()));
        assert_eq!(bus_name(Some(&folder.path().join("."))), name);
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        assert_eq!(bus_name(Some(&folder.path().join("sub/.."))), name);
        assert_ne!(bus_name(Some(&folder.path().join("sub"))), name);
        assert_ne!(bus_name(None), name);
    }
}
