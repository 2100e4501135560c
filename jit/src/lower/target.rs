//! The code generator's target: settings that native code relies on, and the host's instruction sets.

use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use target_lexicon::Triple;

/// Code generator for a target, without the host's extensions.
pub fn isa_for(triple: Triple) -> Result<OwnedTargetIsa, String> {
    build(triple, &[], true)
}

/// Code generator for this machine; `thorough`: with Cranelift's own optimisations, which cost a sixth of a compilation and find
/// little that our passes have left outside of loops.
pub fn host_isa(thorough: bool) -> Result<OwnedTargetIsa, String> {
    build(Triple::host(), &host_features(), thorough)
}

fn build(triple: Triple, features: &[&str], thorough: bool) -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let verify = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", if thorough { "speed" } else { "none" }),
        ("enable_verifier", verify),
        // Walkers follow the frame pointers; the thread context is in the pinned register.
        ("preserve_frame_pointers", "true"),
        ("enable_pinned_reg", "true"),
        ("is_pic", "false"),
        ("unwind_info", "false"),
        ("enable_probestack", "false"),
    ] {
        flags.set(name, value).map_err(|e| e.to_string())?;
    }
    let mut builder = isa::lookup(triple).map_err(|e| e.to_string())?;
    for feature in features {
        builder.enable(feature).map_err(|e| e.to_string())?;
    }
    builder.finish(settings::Flags::new(flags)).map_err(|e| e.to_string())
}

#[cfg(target_arch = "x86_64")]
fn host_features() -> Vec<&'static str> {
    let mut found = Vec::new();
    macro_rules! detect {
        ($($feature:tt => $setting:literal),*) => {
            $(if std::arch::is_x86_feature_detected!($feature) { found.push($setting); })*
        };
    }
    detect!("sse3" => "has_sse3", "ssse3" => "has_ssse3", "sse4.1" => "has_sse41", "sse4.2" => "has_sse42", "popcnt" => "has_popcnt",
        "bmi1" => "has_bmi1", "bmi2" => "has_bmi2", "lzcnt" => "has_lzcnt", "avx" => "has_avx", "fma" => "has_fma");
    found
}

#[cfg(not(target_arch = "x86_64"))]
fn host_features() -> Vec<&'static str> {
    Vec::new()
}
