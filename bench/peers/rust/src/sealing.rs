//! Sealing without SNARKs: labels, roots of replicas, and all of it.

use std::fs::{create_dir_all, remove_dir_all};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use filecoin_hashers::{Domain, Hasher};
use filecoin_proofs::{
    generate_tree_r_last, parameters::public_params, seal_pre_commit_phase1,
    seal_pre_commit_phase2, with_shape, DefaultPieceHasher, PaddedBytesAmount, PieceInfo,
    StoreConfig,
};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{
    cache_key::CacheKey, drgraph::Graph, merkle::MerkleTreeTrait, util::NODE_SIZE,
};
use storage_proofs_porep::stacked::{PublicParams, StackedDrg};

use crate::case::{Bytes32, Case};
use crate::seal;

/// The result of a computation, or what went wrong.
fn result(r: Result<String>) -> String {
    r.unwrap_or_else(|e| format!("error: {}", format!("{e:#}").replace('\n', " ")))
}

#[derive(Deserialize)]
struct LabelsFile {
    /// The chain's number of the kind of proof.
    registered: u64,
    replica_ids: Vec<Bytes32>,
    /// A folder that has one for each sector.
    folder: PathBuf,
}

/// Sectors to label one after the other.
struct Labels<Tree: 'static + MerkleTreeTrait> {
    params: PublicParams<Tree>,
    file: LabelsFile,
}

pub fn parse_labels(v: Value) -> Result<Box<dyn Case>> {
    let f: LabelsFile = serde_json::from_value(v)?;
    with_shape!(
        u64::from(seal::config(f.registered)?.sector_size),
        labels,
        f
    )
}

fn labels<Tree: 'static + MerkleTreeTrait>(file: LabelsFile) -> Result<Box<dyn Case>> {
    let params = public_params::<Tree>(&seal::config(file.registered)?)?;
    Ok(Box::new(Labels { params, file }))
}

impl<Tree: 'static + MerkleTreeTrait> Case for Labels<Tree> {
    /// The last labels of all sectors, in hexadecimal.
    fn verdict(&self) -> String {
        result(self.compute())
    }
}

impl<Tree: 'static + MerkleTreeTrait> Labels<Tree> {
    fn compute(&self) -> Result<String> {
        let mut last = String::new();
        for (i, id) in self.file.replica_ids.iter().enumerate() {
            let folder = self.file.folder.join(i.to_string());
            fresh(&folder)?; // layers that are there would not be computed again
            let id = <Tree::Hasher as Hasher>::Domain::try_from_bytes(&id.0)?;
            StackedDrg::<Tree, DefaultPieceHasher>::replicate_phase1(&self.params, &id, &folder)?;
            let layer = CacheKey::label_layer(self.params.num_layers);
            let mut label = [0; NODE_SIZE];
            std::fs::File::open(StoreConfig::data_path(&folder, &layer))?.read_exact_at(
                &mut label,
                ((self.params.graph.size() - 1) * NODE_SIZE) as u64,
            )?;
            last += &hex::encode(label);
        }
        Ok(last)
    }
}

fn fresh(folder: &Path) -> Result<()> {
    if folder.exists() {
        remove_dir_all(folder)?;
    }
    create_dir_all(folder).with_context(|| folder.display().to_string())
}

/// A replica to build the tree of, whose rows are cached in a folder.
#[derive(Deserialize)]
struct Root {
    sector_size: u64,
    replica: PathBuf,
    folder: PathBuf,
}

pub fn parse_root(v: Value) -> Result<Box<dyn Case>> {
    Ok(Box::new(serde_json::from_value::<Root>(v)?))
}

impl Case for Root {
    /// The root in hexadecimal.
    fn verdict(&self) -> String {
        result(with_shape!(self.sector_size, root, self))
    }
}

fn root<Tree: 'static + MerkleTreeTrait>(r: &Root) -> Result<String> {
    let root = generate_tree_r_last::<_, _, Tree>(r.sector_size, &r.replica, &r.folder)?;
    Ok(hex::encode(root.into_bytes()))
}

/// A sector to seal up to its commitments.
#[derive(Deserialize)]
struct Seal {
    registered: u64,
    prover_id: Bytes32,
    sector: u64,
    ticket: Bytes32,
    /// What the data should come to: they are one piece.
    comm_d: Bytes32,
    /// Files of the data, padded, and of the replica, which exists.
    data: PathBuf,
    replica: PathBuf,
    folder: PathBuf,
}

pub fn parse_seal(v: Value) -> Result<Box<dyn Case>> {
    Ok(Box::new(serde_json::from_value::<Seal>(v)?))
}

impl Case for Seal {
    /// CommD and CommR in hexadecimal.
    fn verdict(&self) -> String {
        result(
            seal::config(self.registered)
                .and_then(|c| with_shape!(u64::from(c.sector_size), pre_commit, self)),
        )
    }
}

fn pre_commit<Tree: 'static + MerkleTreeTrait>(s: &Seal) -> Result<String> {
    let config = seal::config(s.registered)?;
    let size = PaddedBytesAmount(config.sector_size.into());
    let out = seal_pre_commit_phase1::<_, _, _, Tree>(
        &config,
        &s.folder,
        &s.data,
        &s.replica,
        s.prover_id.0,
        s.sector.into(),
        s.ticket.0,
        &[PieceInfo::new(s.comm_d.0, size.into())?],
    )?;
    let out = seal_pre_commit_phase2(&config, out, &s.folder, &s.replica)?;
    Ok(hex::encode(out.comm_d) + &hex::encode(out.comm_r))
}
