//! Replication proofs, judged by `filecoin-proofs`.

use anyhow::{bail, ensure, Result};
use filecoin_proofs::{
    verify_batch_seal, verify_seal, with_shape, Commitment, PoRepConfig, ProverId, Ticket,
};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{
    api_version::{ApiFeature, ApiVersion},
    merkle::MerkleTreeTrait,
    sector::SectorId,
};

use crate::case::{verdict, verdict_of_all, Bytes, Bytes32, Case};

#[derive(Deserialize)]
struct File {
    /// The chain's number of the kind of proof.
    registered: u64,
    /// Whether the seals go through the verifier of batches, instead of one by
    /// one.
    batch: bool,
    seals: Vec<Statement>,
}

#[derive(Deserialize)]
pub struct Statement {
    pub prover_id: Bytes32,
    pub sector: u64,
    pub ticket: Bytes32,
    pub seed: Bytes32,
    pub comm_r: Bytes32,
    pub comm_d: Bytes32,
    pub proof: Bytes,
}

struct Seals {
    config: PoRepConfig,
    seals: Vec<Statement>,
}

/// A batch in the columns that the reference takes.
struct Batch {
    config: PoRepConfig,
    comm_rs: Vec<Commitment>,
    comm_ds: Vec<Commitment>,
    prover_ids: Vec<ProverId>,
    sectors: Vec<SectorId>,
    tickets: Vec<Ticket>,
    seeds: Vec<Ticket>,
    proofs: Vec<Vec<u8>>,
}

pub fn parse(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    let config = config(f.registered)?;
    if !f.batch {
        ensure!(!f.seals.is_empty(), "nothing to judge");
        let seals = f.seals;
        return Ok(Box::new(Seals { config, seals }));
    }
    let s = f.seals;
    Ok(Box::new(Batch {
        config,
        comm_rs: s.iter().map(|s| s.comm_r.0).collect(),
        comm_ds: s.iter().map(|s| s.comm_d.0).collect(),
        prover_ids: s.iter().map(|s| s.prover_id.0).collect(),
        sectors: s.iter().map(|s| s.sector.into()).collect(),
        tickets: s.iter().map(|s| s.ticket.0).collect(),
        seeds: s.iter().map(|s| s.seed.0).collect(),
        proofs: s.into_iter().map(|s| s.proof.0).collect(),
    }))
}

/// The configuration behind a registered number: five sizes of each kind, and
/// the number itself is the porep ID.
pub fn config(registered: u64) -> Result<PoRepConfig> {
    let size = [2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30][registered as usize % 5];
    let (version, features) = match registered / 5 {
        0 => (ApiVersion::V1_0_0, vec![]),
        1 => (ApiVersion::V1_1_0, vec![]),
        2 => (ApiVersion::V1_2_0, vec![ApiFeature::SyntheticPoRep]),
        3 => (ApiVersion::V1_2_0, vec![ApiFeature::NonInteractivePoRep]),
        _ => bail!("no registered seal proof {registered}"),
    };
    let mut porep_id = [0; 32];
    porep_id[..8].copy_from_slice(&registered.to_le_bytes());
    PoRepConfig::new_groth16_with_features(size, porep_id, version, features)
}

impl Case for Seals {
    /// Judges one after the other; the first that is not accepted decides.
    fn verdict(&self) -> String {
        verdict_of_all(&self.seals, |s| {
            verdict(|| with_shape!(u64::from(self.config.sector_size), verify, &self.config, s))
        })
    }
}

fn verify<Tree: 'static + MerkleTreeTrait>(config: &PoRepConfig, s: &Statement) -> Result<bool> {
    verify_seal::<Tree>(
        config,
        s.comm_r.0,
        s.comm_d.0,
        s.prover_id.0,
        s.sector.into(),
        s.ticket.0,
        s.seed.0,
        &s.proof.0,
    )
}

impl Case for Batch {
    fn verdict(&self) -> String {
        verdict(|| with_shape!(u64::from(self.config.sector_size), verify_batch, self))
    }
}

fn verify_batch<Tree: 'static + MerkleTreeTrait>(c: &Batch) -> Result<bool> {
    let proofs: Vec<&[u8]> = c.proofs.iter().map(Vec::as_slice).collect();
    verify_batch_seal::<Tree>(
        &c.config,
        &c.comm_rs,
        &c.comm_ds,
        &c.prover_ids,
        &c.sectors,
        &c.tickets,
        &c.seeds,
        &proofs,
    )
}
