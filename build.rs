//! How the command is linked: at a fixed address on Linux, because the addresses in its tables of native types would
//! otherwise be written at every start (a megabyte of pages and a tenth of the start-up time). Heap, stacks, libraries
//! and native code still lie at random addresses.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
