//! Runs the `habu` binary with a time limit and collects what it wrote; shared by the tests that start processes.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a finished (or killed) process left behind.
pub struct Finished {
    /// Exit status; `-N` when signal N ended the process; `None` when it ran out of time and was killed.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The binary under test: `HABU_BIN` when set (to try another build), else the one cargo built.
pub fn habu_path() -> PathBuf {
    std::env::var_os("HABU_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_habu")), PathBuf::from)
}

/// A command for the binary under test, free of the caller's `HABU_*` and `PYTHON*` settings.
pub fn habu_command() -> Command {
    let mut command = Command::new(habu_path());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("HABU_") || text.starts_with("PYTHON") {
            command.env_remove(&name);
        }
    }
    // Both sides of the comparison must be plain text.
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command
}

/// Starts `command`, feeds it `input`, and waits for at most `limit`.
pub fn finish(command: &mut Command, input: &[u8], limit: Duration) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            return Finished {
                status: Some(127),
                stdout: String::new(),
                stderr: format!("cannot start: {error}\n"),
            };
        }
    };
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        // A process that exits without reading its input closes the pipe; that is its own business.
        let _ = stdin.write_all(input);
    }
    let status = wait(&mut child, limit);
    Finished { status, stdout: collect(stdout), stderr: collect(stderr) }
}

fn read_aside<R: Read + Send + 'static>(pipe: Option<R>) -> Option<thread::JoinHandle<Vec<u8>>> {
    let mut pipe = pipe?;
    Some(thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    }))
}

fn collect(reader: Option<thread::JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(exit_code(status)),
            Ok(None) if start.elapsed() < limit => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(10));
            }
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

#[cfg(unix)]
fn exit_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| -status.signal().unwrap_or(0))
}

#[cfg(not(unix))]
fn exit_code(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}
