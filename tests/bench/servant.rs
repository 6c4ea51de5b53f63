//! The user under which servers run that refuse to run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// A user without rights: this one, or `nobody` where this one is root.
pub(crate) struct Servant {
    /// Its name.
    pub(crate) name: String,
    /// The name of its group.
    pub(crate) group: String,
    user: u32,
    in_group: u32,
    /// Whether it is another than the one who runs this.
    other: bool,
}

impl Servant {
    /// The one of this machine.
    pub(crate) fn of_this_machine() -> Self {
        let own = fs::metadata("/proc/self").unwrap().uid();
        let wanted = |members: &[String]| match own {
            0 => members[0] == "nobody",
            own => members[2] == own.to_string(),
        };
        let member = entries("/etc/passwd").into_iter().find(|members| wanted(members));
        let member = member.expect("the users of this machine stand in /etc/passwd");
        let group = entries("/etc/group").into_iter().find(|members| members[2] == member[3]);
        Self {
            name: member[0].clone(),
            group: group.expect("a user has a group").swap_remove(0),
            user: member[2].parse().unwrap(),
            in_group: member[3].parse().unwrap(),
            other: own == 0,
        }
    }

    /// The command, to be carried out by this user.
    pub(crate) fn does(&self, mut command: Command) -> Command {
        if self.other {
            command.gid(self.in_group).uid(self.user);
        }
        command
    }

    /// Gives it a folder and what is in it.
    pub(crate) fn owns(&self, folder: &Path) {
        if !self.other {
            return;
        }
        chown(folder, Some(self.user), Some(self.in_group)).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.owns(&path);
            } else {
                chown(&path, Some(self.user), Some(self.in_group)).unwrap();
            }
        }
    }
}

fn entries(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| line.split(':').map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|members| members.len() > 3 || file == "/etc/group").collect()
}
