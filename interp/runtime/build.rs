//! Decides how the interpreter dispatches: optimised builds turn calls in tail position into jumps.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(habu_tail_calls)");
    let level = std::env::var("OPT_LEVEL").unwrap_or_default();
    if matches!(level.as_str(), "2" | "3" | "s") && std::env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none() {
        println!("cargo::rustc-cfg=habu_tail_calls");
    }
}
