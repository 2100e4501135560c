//! The `habu` command: options, driver and views.
fn main() {}
