//! What a case is, whatever its kind.

use std::hint::black_box;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail, ensure, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::{aggregate, poseidon, post, seal, sealing, update, vanilla};

/// A statement the reference can judge, decoded from its file.
pub trait Case {
    /// Judges the case. For a kind that computes instead of judging, the
    /// verdict is the result.
    fn verdict(&self) -> String;
}

/// Reads a case; the field `kind` says of which module.
pub fn parse(text: &[u8]) -> Result<Box<dyn Case>> {
    let v: Value = serde_json::from_slice(text)?;
    match v["kind"].as_str() {
        Some("seal") => seal::parse(v),
        Some("post") => post::parse(v),
        Some("update") => update::parse(v),
        Some("aggregate of seals") => aggregate::parse_seals(v),
        Some("aggregate of updates") => aggregate::parse_updates(v),
        Some("poseidon") => poseidon::parse(v),
        Some("vanilla seal") => vanilla::parse_seal(v),
        Some("vanilla post") => vanilla::parse_post(v),
        Some("vanilla update") => vanilla::parse_update(v),
        Some("sealing") => sealing::parse_seal(v),
        Some("labels") => sealing::parse_labels(v),
        Some("root of a replica") => sealing::parse_root(v),
        kind => bail!("unknown kind {kind:?}"),
    }
}

/// Judges the case n times and returns the time of all of them.
pub fn time(case: &dyn Case, n: u64) -> Result<Duration> {
    let want = case.verdict();
    let start = Instant::now();
    for _ in 0..n {
        let got = black_box(case).verdict();
        ensure!(got == want, "the verdict went from {want} to {got}");
    }
    Ok(start.elapsed())
}

/// The verdict of a verifier of the reference: `accept`, `reject`, `error: …`
/// with the first line of the reason, or `panic`.
pub fn verdict(f: impl FnOnce() -> Result<bool>) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(true)) => "accept".into(),
        Ok(Ok(false)) => "reject".into(),
        Ok(Err(e)) => format!("error: {}", e.to_string().lines().next().unwrap_or("")),
        Err(_) => "panic".into(),
    }
}

/// The verdict on several statements that are judged one after the other: that
/// on the first which is not accepted.
pub fn verdict_of_all<S>(statements: &[S], judge: impl Fn(&S) -> String) -> String {
    statements
        .iter()
        .map(judge)
        .find(|v| v != "accept")
        .unwrap_or_else(|| "accept".into())
}

/// Bytes that stand in a case file in hexadecimal.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = anyhow::Error;

    fn try_from(s: String) -> Result<Self> {
        Ok(Self(hex::decode(s)?))
    }
}

/// Thirty-two bytes that stand in a case file in hexadecimal.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Bytes")]
pub struct Bytes32(pub [u8; 32]);

impl TryFrom<Bytes> for Bytes32 {
    type Error = anyhow::Error;

    fn try_from(b: Bytes) -> Result<Self> {
        let n = b.0.len();
        Ok(Self(
            b.0.try_into()
                .map_err(|_| anyhow!("{n} bytes where 32 are due"))?,
        ))
    }
}
