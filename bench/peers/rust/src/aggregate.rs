//! Aggregates of seals and of replica updates, judged by `filecoin-proofs`.

use anyhow::{bail, Result};
use bellperson::groth16::aggregate::AggregateVersion;
use blstrs::Scalar;
use filecoin_proofs::{
    get_seal_inputs, get_sector_update_h_select_from_porep_config, get_sector_update_inputs,
    verify_aggregate_seal_commit_proofs, verify_aggregate_sector_update_proofs, with_shape,
    Commitment, PoRepConfig, SectorUpdateProofInputs, Ticket,
};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{api_version::ApiVersion, merkle::MerkleTreeTrait};
use storage_proofs_update::constants::TreeRHasher;

use crate::case::{verdict, Bytes, Case};
use crate::{seal, update};

#[derive(Deserialize)]
struct File {
    /// The chain's number of the kind of proof that is aggregated.
    registered: u64,
    /// The chain's number of the kind of aggregate.
    aggregation: u64,
    /// What is stated of each sector; the proofs in it are empty.
    statements: Vec<Value>,
    proof: Bytes,
}

/// An aggregate of proofs with statements of type `S`.
struct Aggregate<S> {
    config: PoRepConfig,
    version: AggregateVersion,
    statements: Vec<S>,
    proof: Vec<u8>,
}

pub fn parse_seals(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    let config = seal::config(f.registered)?;
    Ok(Box::new(aggregate::<seal::Statement>(config, f)?))
}

pub fn parse_updates(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    // Aggregates are refused under earlier versions.
    let config = update::config(f.registered, ApiVersion::V1_2_0)?;
    Ok(Box::new(aggregate::<update::Statement>(config, f)?))
}

fn aggregate<S: for<'a> Deserialize<'a>>(config: PoRepConfig, f: File) -> Result<Aggregate<S>> {
    Ok(Aggregate {
        config,
        version: match f.aggregation {
            0 => AggregateVersion::V1,
            1 => AggregateVersion::V2,
            n => bail!("no registered aggregation {n}"),
        },
        statements: f
            .statements
            .into_iter()
            .map(serde_json::from_value)
            .collect::<Result<_, _>>()?,
        proof: f.proof.0,
    })
}

impl Case for Aggregate<seal::Statement> {
    fn verdict(&self) -> String {
        verdict(|| with_shape!(u64::from(self.config.sector_size), verify_seals, self))
    }
}

fn verify_seals<Tree: 'static + MerkleTreeTrait>(c: &Aggregate<seal::Statement>) -> Result<bool> {
    let inputs = c
        .statements
        .iter()
        .map(|s| {
            get_seal_inputs::<Tree>(
                &c.config,
                s.comm_r.0,
                s.comm_d.0,
                s.prover_id.0,
                s.sector.into(),
                s.ticket.0,
                s.seed.0,
            )
        })
        .collect::<Result<Vec<_>>>()?;
    let comm_rs: Vec<Commitment> = c.statements.iter().map(|s| s.comm_r.0).collect();
    let seeds: Vec<Ticket> = c.statements.iter().map(|s| s.seed.0).collect();
    verify_aggregate_seal_commit_proofs::<Tree>(
        &c.config,
        c.proof.clone(),
        &comm_rs,
        &seeds,
        inputs.concat(),
        c.version,
    )
}

impl Case for Aggregate<update::Statement> {
    fn verdict(&self) -> String {
        verdict(|| with_shape!(u64::from(self.config.sector_size), verify_updates, self))
    }
}

fn verify_updates<Tree: 'static + MerkleTreeTrait<Hasher = TreeRHasher>>(
    c: &Aggregate<update::Statement>,
) -> Result<bool> {
    let h = get_sector_update_h_select_from_porep_config(&c.config);
    let mut statements = Vec::with_capacity(c.statements.len());
    let mut inputs: Vec<Vec<Scalar>> = Vec::new();
    for u in &c.statements {
        let (comm_r_old, comm_r_new, comm_d_new) = (u.comm_r_old.0, u.comm_r_new.0, u.comm_d_new.0);
        inputs.extend(get_sector_update_inputs::<Tree>(
            &c.config, comm_r_old, comm_r_new, comm_d_new,
        )?);
        statements.push(SectorUpdateProofInputs {
            h,
            comm_r_old,
            comm_r_new,
            comm_d_new,
        });
    }
    verify_aggregate_sector_update_proofs::<Tree>(
        &c.config,
        c.proof.clone(),
        &statements,
        inputs,
        c.version,
    )
}
