//! Makes sure that there is a folder to embed the bundle from, and embeds anew when it changes.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("../web/dist")?;
    println!("cargo:rerun-if-changed=../web/dist");
    println!("cargo:rerun-if-changed=../web/templates");
    println!("cargo:rerun-if-changed=../web/locales");
    Ok(())
}
