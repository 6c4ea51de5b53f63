//! What processes took of this machine, from the kernel's accounting.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A process and all that it started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processes(pub u32);

impl Processes {
    /// Microseconds of CPU until now, of those that live and those that were waited for.
    pub(crate) fn cpu(self) -> u64 {
        let ticks: u64 = self.all().into_iter().map(ticks_of).sum();
        ticks * 1_000_000 / ticks_a_second()
    }

    /// Memory in use, in KiB.
    pub(crate) fn memory(self) -> u64 {
        self.all().into_iter().map(memory_of).sum()
    }

    /// Forgets how much memory the process itself had at most until now (proc(5), `clear_refs`).
    pub(crate) fn forget_peak(self) {
        fs::write(format!("/proc/{}/clear_refs", self.0), "5").unwrap();
    }

    /// The most memory that the process itself had since then, in KiB.
    pub(crate) fn peak(self) -> u64 {
        status_of(self.0, "VmHWM:")
    }

    /// Their ids.
    pub(crate) fn all(self) -> Vec<u32> {
        let mut all = vec![self.0];
        let parents: Vec<(u32, u32)> =
            processes().into_iter().filter_map(|id| Some((id, parent_of(id)?))).collect();
        let mut at = 0;
        while let Some(parent) = all.get(at).copied() {
            all.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
            at += 1;
        }
        all
    }
}

/// How busy the machine is, as the kernel says it.
pub(crate) fn load_average() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

/// Its processors and memory, and the versions of what runs here.
pub(crate) fn described() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ':', ' ']);
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().next().unwrap_or_default().trim_start_matches("MemTotal:").trim().to_owned();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores {model}; {memory}; Linux {}", kernel.trim())
}

fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

/// The members of a process's line after its name, from the third on (proc(5)).
fn members(id: u32) -> Option<Vec<u64>> {
    let line = fs::read_to_string(Path::new("/proc").join(id.to_string()).join("stat")).ok()?;
    let (_, after) = line.rsplit_once(") ")?;
    Some(after.split(' ').map(|member| member.parse().unwrap_or(0)).collect())
}

fn parent_of(id: u32) -> Option<u32> {
    u32::try_from(*members(id)?.get(1)?).ok()
}

fn ticks_of(id: u32) -> u64 {
    members(id).map_or(0, |members| members[11..15].iter().sum())
}

fn memory_of(id: u32) -> u64 {
    status_of(id, "VmRSS:")
}

fn status_of(id: u32, name: &str) -> u64 {
    let status =
        fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn ticks_a_second() -> u64 {
    static TICKS: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *TICKS.get_or_init(|| {
        let said = Command::new("getconf").arg("CLK_TCK").output().unwrap();
        String::from_utf8_lossy(&said.stdout).trim().parse().unwrap()
    })
}
