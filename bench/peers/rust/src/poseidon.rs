//! Poseidon hashes, computed by `neptune`.

use anyhow::{bail, ensure, Result};
use blstrs::Scalar;
use ff::{Field, PrimeField};
use neptune::poseidon::{Arity, Poseidon, PoseidonConstants};
use serde::Deserialize;
use serde_json::Value;
use typenum::{U1, U11, U16, U2, U24, U36, U4, U8};

use crate::case::{Bytes32, Case};

#[derive(Deserialize)]
struct File {
    arity: usize,
    preimages: Vec<Vec<Bytes32>>,
}

/// Preimages to hash one after the other, with the tag of a Merkle tree and
/// the standard strength.
struct Hashes<A: Arity<Scalar>> {
    constants: PoseidonConstants<Scalar, A>,
    preimages: Vec<Vec<Bytes32>>,
}

pub fn parse(v: Value) -> Result<Box<dyn Case>> {
    let f: File = serde_json::from_value(v)?;
    match f.arity {
        1 => new::<U1>(f),
        2 => new::<U2>(f),
        4 => new::<U4>(f),
        8 => new::<U8>(f),
        11 => new::<U11>(f),
        16 => new::<U16>(f),
        24 => new::<U24>(f),
        36 => new::<U36>(f),
        a => bail!("no arity {a}"),
    }
}

fn new<A: Arity<Scalar> + 'static>(f: File) -> Result<Box<dyn Case>> {
    for p in &f.preimages {
        ensure!(
            p.len() == f.arity,
            "{} inputs to arity {}",
            p.len(),
            f.arity
        );
        for x in p {
            ensure!(decode(x).is_some(), "an input is not canonical");
        }
    }
    Ok(Box::new(Hashes::<A> {
        constants: PoseidonConstants::new(),
        preimages: f.preimages,
    }))
}

fn decode(x: &Bytes32) -> Option<Scalar> {
    Scalar::from_repr_vartime(x.0)
}

impl<A: Arity<Scalar>> Case for Hashes<A> {
    /// One element that depends on every hash and their order, the last hash
    /// plus twice the one before and so on, as 32 little-endian bytes in
    /// hexadecimal.
    fn verdict(&self) -> String {
        let mut sum = Scalar::ZERO;
        let mut elements = Vec::with_capacity(A::to_usize());
        for p in &self.preimages {
            elements.clear();
            elements.extend(p.iter().map(|x| decode(x).expect("checked in new")));
            sum = sum.double() + Poseidon::new_with_preimage(&elements, &self.constants).hash();
        }
        hex::encode(sum.to_repr())
    }
}
