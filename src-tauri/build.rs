//! Gives Tauri its generated context.

fn main() {
    tauri_build::build();
}
