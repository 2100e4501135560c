//! Module `time`: clocks, sleeping, calendar time.

pub mod calendar;
pub mod clock;

use crate::support::{add_class, set_int};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Functions to work with time.
#[native_module(name = "time")]
pub mod module {
    use super::*;
    use clock::{nanoseconds, seconds};

    /// Return the current time in seconds since the Epoch.
    #[function]
    fn time(_vm: &mut Vm) -> f64 {
        seconds(libc::CLOCK_REALTIME)
    }
    /// Return the current time in nanoseconds since the Epoch.
    #[function]
    fn time_ns(_vm: &mut Vm) -> i64 {
        nanoseconds(libc::CLOCK_REALTIME)
    }
    /// Monotonic clock, cannot go backward.
    #[function]
    fn monotonic(_vm: &mut Vm) -> f64 {
        seconds(libc::CLOCK_MONOTONIC)
    }
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function]
    fn monotonic_ns(_vm: &mut Vm) -> i64 {
        nanoseconds(libc::CLOCK_MONOTONIC)
    }
    /// Performance counter for benchmarking.
    #[function]
    fn perf_counter(_vm: &mut Vm) -> f64 {
        seconds(libc::CLOCK_MONOTONIC)
    }
    /// Performance counter for benchmarking as nanoseconds.
    #[function]
    fn perf_counter_ns(_vm: &mut Vm) -> i64 {
        nanoseconds(libc::CLOCK_MONOTONIC)
    }
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function]
    fn process_time(_vm: &mut Vm) -> f64 {
        seconds(libc::CLOCK_PROCESS_CPUTIME_ID)
    }
    /// Process time for profiling as nanoseconds.
    #[function]
    fn process_time_ns(_vm: &mut Vm) -> i64 {
        nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID)
    }
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function]
    fn thread_time(_vm: &mut Vm) -> f64 {
        seconds(libc::CLOCK_THREAD_CPUTIME_ID)
    }
    /// Thread time for profiling as nanoseconds.
    #[function]
    fn thread_time_ns(_vm: &mut Vm) -> i64 {
        nanoseconds(libc::CLOCK_THREAD_CPUTIME_ID)
    }
    /// Return the time of the specified clock clk_id as a float.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime(vm: &mut Vm, clk_id: i32) -> PyResult<f64> {
        clock::read(vm, clk_id).map(|n| n as f64 * 1e-9)
    }
    /// Return the time of the specified clock clk_id as nanoseconds.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime_ns(vm: &mut Vm, clk_id: i32) -> PyResult<i64> {
        clock::read(vm, clk_id)
    }
    /// Set the time of the specified clock clk_id.
    #[function(sig = "(clk_id, time, /)")]
    fn clock_settime(vm: &mut Vm, clk_id: i32, time: Value) -> PyResult<()> {
        let seconds = crate::support::seconds_arg(vm, time)?;
        clock::set(vm, clk_id, (seconds * 1e9).round() as i64)
    }
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[function(sig = "(clk_id, time, /)")]
    fn clock_settime_ns(vm: &mut Vm, clk_id: i32, time: i64) -> PyResult<()> {
        clock::set(vm, clk_id, time)
    }
    /// Return the clk_id of a thread's CPU time clock.
    #[function(sig = "(thread_id, /)")]
    fn pthread_getcpuclockid(vm: &mut Vm, thread_id: u64) -> PyResult<i32> {
        let mut clock = 0;
        // SAFETY: room for the number; the program says that the thread exists.
        match unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &mut clock) } {
            0 => Ok(clock),
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Return the resolution of the specified clock.
    #[function(sig = "(clk_id, /)")]
    fn clock_getres(vm: &mut Vm, clk_id: i32) -> PyResult<f64> {
        clock::resolution(vm, clk_id)
    }
    /// Get information of the specified clock.
    #[function(sig = "(name, /)")]
    fn get_clock_info(vm: &mut Vm, name: String) -> PyResult {
        clock::info(vm, &name)
    }
    /// Delay execution for a given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn sleep(vm: &mut Vm, seconds: Value) -> PyResult<()> {
        clock::sleep(vm, seconds)
    }

    /// Convert seconds since the Epoch to a time tuple expressing UTC.
    #[function(sig = "(seconds=None, /)")]
    fn gmtime(vm: &mut Vm, seconds: Value) -> PyResult {
        calendar::broken_down(vm, seconds, calendar::Zone::Utc)
    }
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[function(sig = "(seconds=None, /)")]
    fn localtime(vm: &mut Vm, seconds: Value) -> PyResult {
        calendar::broken_down(vm, seconds, calendar::Zone::Local)
    }
    /// Convert a time tuple in local time to seconds since the Epoch.
    #[function(sig = "(tuple, /)")]
    fn mktime(vm: &mut Vm, tuple: Value) -> PyResult<f64> {
        calendar::mktime(vm, tuple)
    }
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    #[function(sig = "(tuple=<unrepresentable>, /)")]
    fn asctime(vm: &mut Vm, tuple: Option<Value>) -> PyResult<String> {
        calendar::asctime(vm, tuple)
    }
    /// Convert a time in seconds since the Epoch to a string in local time.
    #[function(sig = "(seconds=None, /)")]
    fn ctime(vm: &mut Vm, seconds: Value) -> PyResult<String> {
        let tuple = calendar::broken_down(vm, seconds, calendar::Zone::Local)?;
        calendar::asctime(vm, Some(tuple))
    }
    /// Convert a time tuple to a string according to a format specification.
    #[function(sig = "(format, tuple=<unrepresentable>, /)")]
    fn strftime(vm: &mut Vm, format: Gc<Str>, tuple: Option<Value>) -> PyResult<Gc<Str>> {
        calendar::strftime(vm, format, tuple)
    }
    /// Parse a string to a time tuple according to a format specification.
    #[function(sig = "(string, format='%a %b %d %H:%M:%S %Y', /)")]
    fn strptime(vm: &mut Vm, string: Value, format: Value) -> PyResult {
        let module = habu_runtime::import::import_module(vm, "_strptime")?;
        vm.call_method(module, "_strptime_time", &[string, format])
    }
    /// Initialize the local timezone from the environment variable TZ.
    #[function]
    fn tzset(vm: &mut Vm) -> PyResult<()> {
        calendar::tzset();
        let module = habu_runtime::import::import_module(vm, "time")?;
        match vm.downcast::<habu_runtime::types::module::Module>(module) {
            Some(module) => calendar::fill_zone(vm, module),
            None => Ok(()),
        }
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let cls = calendar::make_class(vm)?;
        add_class(vm, module, cls)?;
        calendar::tzset();
        calendar::fill_zone(vm, module)?;
        set_int(vm, module, "_STRUCT_TM_ITEMS", 11)?;
        for (name, id) in [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_TAI", libc::CLOCK_TAI),
        ] {
            set_int(vm, module, name, i64::from(id))?;
        }
        Ok(())
    }
}
