//! Vanilla proofs, judged by the crates that make them, from their bytes.

use anyhow::{anyhow, bail, ensure, Result};
use filecoin_hashers::{Domain, Hasher};
use filecoin_proofs::{
    parameters::{public_params, window_post_public_params, winning_post_public_params},
    verify_partition_proofs, with_shape, DefaultPieceDomain, DefaultPieceHasher,
    FallbackPoStSectorProof, PartitionProof, PoRepConfig, PoStConfig, PoStType, SectorUpdateConfig,
    VanillaProof, VanillaSealProof, WINDOW_POST_CHALLENGE_COUNT, WINDOW_POST_SECTOR_COUNT,
    WINNING_POST_CHALLENGE_COUNT, WINNING_POST_SECTOR_COUNT,
};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{
    api_version::{ApiFeature, ApiVersion},
    merkle::MerkleTreeTrait,
    proof::ProofScheme,
};
use storage_proofs_porep::stacked::{generate_replica_id, PublicInputs, StackedDrg, Tau};
use storage_proofs_post::fallback::{self, FallbackPoSt, PublicSector, SectorProof};
use storage_proofs_update::constants::TreeRHasher;

use crate::case::{verdict, Bytes, Bytes32, Case};

#[derive(Deserialize)]
struct File<S> {
    statement: S,
    proof: Bytes,
}

/// A proof whose public parameters are made.
struct Vanilla(Box<dyn Fn() -> Result<bool>>);

impl Case for Vanilla {
    fn verdict(&self) -> String {
        verdict(&self.0)
    }
}

#[derive(Deserialize)]
struct Seal {
    /// The version, and the name of the feature behind it, if any.
    kind: String,
    api_version: String,
    sector_size: u64,
    porep_id: Bytes32,
    prover_id: Bytes32,
    sector_id: u64,
    ticket: Bytes32,
    seed: Bytes32,
    comm_r: Bytes32,
    comm_d: Bytes32,
}

pub fn parse_seal(v: Value) -> Result<Box<dyn Case>> {
    let f: File<Seal> = serde_json::from_value(v)?;
    with_shape!(f.statement.sector_size, seal, f)
}

fn seal<Tree: 'static + MerkleTreeTrait>(f: File<Seal>) -> Result<Box<dyn Case>> {
    let s = f.statement;
    let mut features = vec![];
    if s.kind.contains("Synthetic") {
        features.push(ApiFeature::SyntheticPoRep);
    }
    if s.kind.contains("NonInteractive") {
        features.push(ApiFeature::NonInteractivePoRep);
    }
    let config = PoRepConfig::new_groth16_with_features(
        s.sector_size,
        s.porep_id.0,
        version(&s.api_version)?,
        features,
    )?;
    let params = public_params::<Tree>(&config)?;
    Ok(Box::new(Vanilla(Box::new(move || {
        let comm_d = DefaultPieceDomain::try_from_bytes(&s.comm_d.0)?;
        let inputs = PublicInputs {
            replica_id: generate_replica_id::<Tree::Hasher, _>(
                &s.prover_id.0,
                s.sector_id,
                &s.ticket.0,
                comm_d,
                &s.porep_id.0,
            ),
            seed: Some(s.seed.0),
            tau: Some(Tau {
                comm_d,
                comm_r: <Tree::Hasher as Hasher>::Domain::try_from_bytes(&s.comm_r.0)?,
            }),
            k: None,
        };
        let proofs: Vec<Vec<VanillaSealProof<Tree>>> = bincode::deserialize(&f.proof.0)?;
        StackedDrg::<Tree, DefaultPieceHasher>::verify_all_partitions(&params, &inputs, &proofs)
    }))))
}

#[derive(Deserialize)]
struct Post {
    r#type: String,
    api_version: String,
    sector_size: u64,
    randomness: Bytes32,
    prover_id: Bytes32,
    sector_id: u64,
    comm_r: Bytes32,
}

/// Reads a proof of spacetime of one sector.
pub fn parse_post(v: Value) -> Result<Box<dyn Case>> {
    let f: File<Post> = serde_json::from_value(v)?;
    with_shape!(f.statement.sector_size, post, f)
}

fn post<Tree: 'static + MerkleTreeTrait>(f: File<Post>) -> Result<Box<dyn Case>> {
    let s = f.statement;
    let winning = match s.r#type.as_str() {
        "winning" => true,
        "window" => false,
        t => bail!("no type {t}"),
    };
    let mut config = PoStConfig {
        sector_size: s.sector_size.into(),
        sector_count: WINNING_POST_SECTOR_COUNT,
        challenge_count: WINNING_POST_CHALLENGE_COUNT,
        typ: PoStType::Winning,
        priority: false,
        api_version: version(&s.api_version)?,
    };
    let params = if winning {
        winning_post_public_params::<Tree>(&config)?
    } else {
        config.typ = PoStType::Window;
        config.challenge_count = WINDOW_POST_CHALLENGE_COUNT;
        config.sector_count = *WINDOW_POST_SECTOR_COUNT
            .read()
            .map_err(|_| anyhow!("poisoned"))?
            .get(&s.sector_size)
            .ok_or_else(|| anyhow!("no sector count for {}", s.sector_size))?;
        window_post_public_params::<Tree>(&config)?
    };
    Ok(Box::new(Vanilla(Box::new(move || {
        let domain = <Tree::Hasher as Hasher>::Domain::try_from_bytes;
        let sector = PublicSector {
            id: s.sector_id.into(),
            comm_r: domain(&s.comm_r.0)?,
        };
        let inputs = fallback::PublicInputs {
            randomness: domain(&s.randomness.0)?,
            prover_id: domain(&s.prover_id.0)?,
            // A WinningPoSt states its sector over and over, with one challenge each.
            sectors: vec![sector; if winning { params.sector_count } else { 1 }],
            k: None,
        };
        let mut proof: FallbackPoStSectorProof<Tree> = bincode::deserialize(&f.proof.0)?;
        ensure!(
            u64::from(proof.sector_id) == s.sector_id && proof.vanilla_proof.sectors.len() == 1,
            "not a proof of the sector"
        );
        let own = proof.vanilla_proof.sectors.remove(0);
        let sectors = if winning {
            let (comm_c, comm_r_last) = (own.comm_c, own.comm_r_last);
            own.inclusion_proofs
                .into_iter()
                .map(|p| SectorProof {
                    inclusion_proofs: vec![p],
                    comm_c,
                    comm_r_last,
                })
                .collect()
        } else {
            vec![own; params.sector_count]
        };
        let partition: VanillaProof<Tree> = fallback::Proof { sectors };
        FallbackPoSt::<Tree>::verify_all_partitions(&params, &inputs, &[partition])
    }))))
}

#[derive(Deserialize)]
struct Update {
    sector_size: u64,
    comm_r_old: Bytes32,
    comm_r_new: Bytes32,
    comm_d_new: Bytes32,
}

pub fn parse_update(v: Value) -> Result<Box<dyn Case>> {
    let f: File<Update> = serde_json::from_value(v)?;
    with_shape!(f.statement.sector_size, update, f)
}

fn update<Tree: 'static + MerkleTreeTrait<Hasher = TreeRHasher>>(
    f: File<Update>,
) -> Result<Box<dyn Case>> {
    let s = f.statement;
    let config = PoRepConfig::new_groth16(s.sector_size, [0; 32], ApiVersion::V1_1_0);
    Ok(Box::new(Vanilla(Box::new(move || {
        let proofs: Vec<PartitionProof<Tree>> = bincode::deserialize(&f.proof.0)?;
        verify_partition_proofs::<Tree>(
            SectorUpdateConfig::from_porep_config(&config),
            &proofs,
            s.comm_r_old.0,
            s.comm_r_new.0,
            s.comm_d_new.0,
        )
    }))))
}

fn version(s: &str) -> Result<ApiVersion> {
    s.parse().map_err(|_| anyhow!("no version {s}"))
}
