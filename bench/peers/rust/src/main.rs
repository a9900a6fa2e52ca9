//! The reference as a server: reads one command a line, answers one line each.
//!
//! ```text
//! load NAME FILE     reads a case from a JSON file       ok
//! judge NAME         the reference's verdict on it       ok VERDICT
//! time NAME N        judges it N times, all of which     ok NANOSECONDS
//!                    must come out as the first did
//! drop NAME          forgets it                          ok
//! ```
//!
//! An answer that is not `ok` is `error` and the reason. The server does
//! nothing between commands, so that another process can be timed on the same
//! core in the meantime.

mod aggregate;
mod case;
mod poseidon;
mod post;
mod seal;
mod sealing;
mod update;
mod vanilla;

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use anyhow::{bail, ensure, Context, Result};

use case::Case;

fn main() -> Result<()> {
    // One thread in all: the one that reads also does rayon's work.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()?;
    // A panic is one of the verdicts; its message is not wanted.
    std::panic::set_hook(Box::new(|_| {}));

    let mut cases = HashMap::new();
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match obey(&mut cases, &line?) {
            Ok(answer) if answer.is_empty() => writeln!(out, "ok")?,
            Ok(answer) => writeln!(out, "ok {answer}")?,
            Err(e) => writeln!(out, "error {}", format!("{e:#}").replace('\n', " "))?,
        }
        out.flush()?;
    }
    Ok(())
}

fn obey(cases: &mut HashMap<String, Box<dyn Case>>, line: &str) -> Result<String> {
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    match words[..] {
        ["load", name, file] => {
            let text = std::fs::read(file).with_context(|| file.to_string())?;
            let case = case::parse(&text).with_context(|| file.to_string())?;
            ensure!(
                cases.insert(name.to_string(), case).is_none(),
                "{name} is loaded already"
            );
            Ok(String::new())
        }
        ["judge", name] => Ok(find(cases, name)?.verdict()),
        ["time", name, n] => Ok(case::time(find(cases, name)?, n.parse()?)?
            .as_nanos()
            .to_string()),
        ["drop", name] => {
            cases
                .remove(name)
                .with_context(|| format!("no case {name}"))?;
            Ok(String::new())
        }
        _ => bail!("not a command: {line}"),
    }
}

fn find<'a>(cases: &'a HashMap<String, Box<dyn Case>>, name: &str) -> Result<&'a dyn Case> {
    Ok(cases
        .get(name)
        .with_context(|| format!("no case {name}"))?
        .as_ref())
}
