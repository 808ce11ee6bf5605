//! `photopeak completions`: a script that completes commands in the shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::output;

/// Print a script that lets your shell complete photopeak's commands
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak completions bash > ~/.local/share/bash-completion/completions/photopeak
  photopeak completions zsh  > ~/.zfunc/_photopeak")]
pub(crate) struct Completions {
    /// Your shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run<C: CommandFactory>(&self) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut C::command(), "photopeak", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}
