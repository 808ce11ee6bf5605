//! The `photopeak` command: parse, call the library, show the result.

mod bins;
mod commands;
mod input;
mod interrupt;
mod output;
mod progress;
mod statistics;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use mimalloc::MiMalloc;
use photopeak_analysis::Error;

/// Blocks of columns come and go; the system's allocator would fetch and return their pages
/// each time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// From what a detector recorded to a plot: look into event files, histogram any expression,
/// run analyses.
#[derive(Parser)]
#[command(
    name = "photopeak",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "\
Start here:
  photopeak inspect data_A.4lep.root             what is in the file
  photopeak hist data_A.4lep.root 'lep_pt/GeV'   a histogram in the terminal
  photopeak analyse hzz --data FOLDER -o OUT     a whole analysis, with plots
  photopeak process majorana FILE -o OUT.parquet waveforms of a detector to numbers
  photopeak label FILE -o OUT.parquet            energies and pulse-shape labels of waveforms
  photopeak functions                            what an expression may use
  photopeak processors                           what a chain for waveforms may use
  photopeak samples                              the samples and files of known releases
  photopeak fetch WHAT -o DIR                    files of a repository, checked and resumed
  photopeak fetch WHAT -o DIR                    files of a repository, checked and resumed

PATH is a file, a glob in quotes, a folder, file.root:tree, or such a file at https://…"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Args)]
struct Global {
    /// Threads to work with; all cores without it.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

#[derive(Subcommand)]
enum Command {
    Inspect(commands::inspect::Inspect),
    Hist(Box<commands::hist::Hist>),
    Analyse(commands::analyse::Analyse),
    Convert(commands::convert::Convert),
    Process(commands::process::Process),
    Waveform(commands::waveform::Waveform),
    Label(Box<commands::label::Label>),
    Functions(commands::functions::Functions),
    Processors(commands::processors::Processors),
    Samples(commands::samples::Samples),
    Catalog(commands::catalog::Catalog),
    Fetch(commands::fetch::Fetch),
    Publish(commands::publish::PublishCommand),
    Challenge(commands::challenge::ChallengeCommand),
    Release(commands::release::ReleaseCommand),
    Simulate(commands::simulate::Simulate),
    Bench(commands::bench::Bench),
    Completions(commands::completions::Completions),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    photopeak_remote::on_note(|note| eprintln!("note: {note}"));
    match set_threads(cli.global.threads).and_then(|()| run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if matches!(e.downcast_ref(), Some(Error::Interrupted)) => {
            eprintln!("{}", message(&e));
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(e) => {
            eprintln!("error: {}", message(&e));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Inspect(c) => c.run(),
        Command::Hist(c) => c.run(),
        Command::Analyse(c) => c.run(),
        Command::Convert(c) => c.run(),
        Command::Process(c) => c.run(),
        Command::Waveform(c) => c.run(),
        Command::Label(c) => c.run(),
        Command::Functions(c) => c.run(),
        Command::Processors(c) => c.run(),
        Command::Samples(c) => c.run(),
        Command::Catalog(c) => c.run(),
        Command::Fetch(c) => c.run(),
        Command::Publish(c) => c.run(),
        Command::Challenge(c) => c.run(),
        Command::Release(c) => c.run(),
        Command::Simulate(c) => c.run(),
        Command::Bench(c) => c.run(),
        Command::Completions(c) => c.run::<Cli>(),
    }
}

/// The message and its causes; a cause that the message already names is not repeated.
fn message(error: &anyhow::Error) -> String {
    error
        .chain()
        .skip(1)
        .fold(error.to_string(), |message, cause| {
            let cause = cause.to_string();
            if message.contains(&cause) {
                message
            } else {
                format!("{message}: {cause}")
            }
        })
}

fn set_threads(threads: Option<u16>) -> anyhow::Result<()> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(n) = threads {
        pool = pool.num_threads(usize::from(n));
    }
    Ok(pool.build_global()?)
}
