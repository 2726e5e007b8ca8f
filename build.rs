//! Gives the Windows program its icon, its version and its manifest; does nothing for other systems.
//!
//! Must not depend on the system it runs on: packages for Windows are also built on Linux.

use std::{env, io};

const ICON: &str = "resources/icons/app/oriole.ico";
const MANIFEST: &str = "packaging/windows/oriole.manifest";

fn main() -> io::Result<()> {
    for input in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={input}");
    }
    // The target's, while cfg!(windows) would be that of the machine this runs on.
    if env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "windows") {
        winresource::WindowsResource::new()
            .set_icon(ICON)
            .set_manifest_file(MANIFEST)
            .set("ProductName", "Oriole")
            .set("FileDescription", "Oriole")
            .set("OriginalFilename", "oriole.exe")
            .set("LegalCopyright", "Mozilla Public License 2.0")
            .compile()?;
    }
    Ok(())
}
