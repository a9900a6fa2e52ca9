//! Replica updates, judged by `filecoin-proofs`.

use anyhow::{ensure, Context, Result};
use filecoin_proofs::{verify_empty_sector_update_proof, with_shape, PoRepConfig};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{api_version::ApiVersion, merkle::MerkleTreeTrait};
use storage_proofs_update::constants::TreeRHasher;

use crate::case::{verdict, verdict_of_all, Bytes, Bytes32, Case};

#[derive(Deserialize)]
struct File {
    /// The chain's number of the kind of proof.
    registered: u64,
    updates: Vec<Statement>,
}

#[derive(Deserialize)]
pub struct Statement {
    pub comm_r_old: Bytes32,
    pub comm_r_new: Bytes32,
    pub comm_d_new: Bytes32,
    pub proof: Bytes,
}

struct Updates {
    config: PoRepConfig,
    updates: Vec<Statement>,
}

pub fn parse(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    ensure!(!f.updates.is_empty(), "nothing to judge");
    Ok(Box::new(Updates {
        config: config(f.registered, ApiVersion::V1_1_0)?,
        updates: f.updates,
    }))
}

/// The configuration behind a registered number. Of a seal's, an update takes the
/// sector size alone, and an aggregate of updates the version as well.
pub fn config(registered: u64, version: ApiVersion) -> Result<PoRepConfig> {
    let sizes: [u64; 5] = [2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30];
    let size = *sizes
        .get(registered as usize)
        .with_context(|| format!("no registered update proof {registered}"))?;
    Ok(PoRepConfig::new_groth16(size, [0; 32], version))
}

impl Case for Updates {
    /// Judges one after the other; the first that is not accepted decides.
    fn verdict(&self) -> String {
        verdict_of_all(&self.updates, |u| {
            verdict(|| with_shape!(u64::from(self.config.sector_size), verify, &self.config, u))
        })
    }
}

fn verify<Tree: 'static + MerkleTreeTrait<Hasher = TreeRHasher>>(
    config: &PoRepConfig,
    u: &Statement,
) -> Result<bool> {
    verify_empty_sector_update_proof::<Tree>(
        config,
        &u.proof.0,
        u.comm_r_old.0,
        u.comm_r_new.0,
        u.comm_d_new.0,
    )
}
