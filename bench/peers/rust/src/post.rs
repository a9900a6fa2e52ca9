//! Proofs of spacetime, judged by `filecoin-proofs`.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail, ensure, Result};
use filecoin_proofs::{
    verify_window_post, verify_winning_post, with_shape, Commitment, PoStConfig, PoStType,
    PublicReplicaInfo, WINDOW_POST_CHALLENGE_COUNT, WINDOW_POST_SECTOR_COUNT,
    WINNING_POST_CHALLENGE_COUNT, WINNING_POST_SECTOR_COUNT,
};
use serde::Deserialize;
use serde_json::Value;
use storage_proofs_core::{api_version::ApiVersion, merkle::MerkleTreeTrait, sector::SectorId};

use crate::case::{verdict, verdict_of_all, Bytes, Bytes32, Case};

#[derive(Deserialize)]
struct File {
    /// The chain's number of the kind of proof.
    registered: u64,
    posts: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    randomness: Bytes32,
    prover_id: Bytes32,
    replicas: Vec<Replica>,
    proof: Bytes,
}

#[derive(Clone, Copy, Deserialize)]
struct Replica {
    sector_id: u64,
    comm_r: Bytes32,
}

struct Posts {
    config: PoStConfig,
    posts: Vec<Post>,
}

struct Post {
    statement: Statement,
    /// The replicas of a WindowPoSt, in the form that callers of the reference
    /// keep them in.
    set: BTreeMap<SectorId, Commitment>,
}

pub fn parse(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    ensure!(!f.posts.is_empty(), "nothing to judge");
    let posts = f.posts.into_iter().map(|statement| Post {
        set: statement
            .replicas
            .iter()
            .map(|r| (r.sector_id.into(), r.comm_r.0))
            .collect(),
        statement,
    });
    Ok(Box::new(Posts {
        config: config(f.registered)?,
        posts: posts.collect(),
    }))
}

/// The configuration behind a registered number: five sizes of each kind.
fn config(registered: u64) -> Result<PoStConfig> {
    let size = [2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30][registered as usize % 5];
    let (typ, api_version) = match registered / 5 {
        0 => (PoStType::Winning, ApiVersion::V1_0_0),
        1 => (PoStType::Window, ApiVersion::V1_0_0),
        2 => (PoStType::Window, ApiVersion::V1_2_0),
        _ => bail!("no registered proof of spacetime {registered}"),
    };
    let (sector_count, challenge_count) = match typ {
        PoStType::Winning => (WINNING_POST_SECTOR_COUNT, WINNING_POST_CHALLENGE_COUNT),
        PoStType::Window => (
            *WINDOW_POST_SECTOR_COUNT
                .read()
                .map_err(|_| anyhow!("poisoned"))?
                .get(&size)
                .ok_or_else(|| anyhow!("no sector count for {size}"))?,
            WINDOW_POST_CHALLENGE_COUNT,
        ),
    };
    Ok(PoStConfig {
        sector_size: size.into(),
        sector_count,
        challenge_count,
        typ,
        priority: false,
        api_version,
    })
}

impl Case for Posts {
    /// Judges one after the other; the first that is not accepted decides.
    fn verdict(&self) -> String {
        verdict_of_all(&self.posts, |p| {
            verdict(|| with_shape!(u64::from(self.config.sector_size), verify, &self.config, p))
        })
    }
}

fn verify<Tree: 'static + MerkleTreeTrait>(config: &PoStConfig, p: &Post) -> Result<bool> {
    let s = &p.statement;
    if config.typ == PoStType::Winning {
        let replicas = s
            .replicas
            .iter()
            .map(|r| Ok((r.sector_id.into(), PublicReplicaInfo::new(r.comm_r.0)?)))
            .collect::<Result<Vec<_>>>()?;
        return verify_winning_post::<Tree>(
            config,
            &s.randomness.0,
            &replicas,
            s.prover_id.0,
            &s.proof.0,
        );
    }
    let replicas = p
        .set
        .iter()
        .map(|(id, comm_r)| Ok((*id, PublicReplicaInfo::new(*comm_r)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    verify_window_post::<Tree>(
        config,
        &s.randomness.0,
        &replicas,
        s.prover_id.0,
        &s.proof.0,
    )
}
