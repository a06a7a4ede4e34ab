//! Whether a window can be shown here, and how WebKit should draw in it.

/// Makes ready for a window; fails with a hint for the person if there can be none. Call it before any thread is started.
pub fn prepare() -> Result<(), String> {
    #[cfg(target_os = "linux")]
    {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
            return Err(hint("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"));
        }
        choose_renderer();
        gtk::init().map_err(|_| hint("the display does not answer"))?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn hint(problem: &str) -> String {
    format!(
        "{problem}, so no window can open.\n\
         Run `traceloupe serve`, or `traceloupe-desktop serve`, and open the address that it prints in a browser."
    )
}

/// Without a graphics device WebKit's default renderer copies each frame through a software GL: twice the time and a third more
/// memory than drawing in main memory.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "set_var is unsafe because of other threads; none is started yet")]
fn choose_renderer() {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(VARIABLE).is_none() && !std::path::Path::new("/dev/dri").exists() {
        unsafe { std::env::set_var(VARIABLE, "1") };
    }
}
