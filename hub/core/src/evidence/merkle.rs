//! Merkle trees as Certificate Transparency has them: many facts under one root (RFC 9162 2.1, RFC 6962 2.1).
//!
//! Leaves and nodes are hashed with different first bytes, so that neither passes for the other. Pure.

use crate::id::Sha256;

/// The hash of a leaf that holds `bytes`.
pub(crate) fn leaf(bytes: &[u8]) -> Sha256 {
    Sha256::of(&[&[0], bytes].concat())
}

/// The root over leaves in their order; of none, the hash of nothing.
pub(crate) fn root(leaves: &[Sha256]) -> Sha256 {
    match leaves {
        [] => Sha256::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(root(left), root(right))
        }
    }
}

/// The hashes that lead from a leaf to the root, the leaf's neighbour first; `None` if there is no such leaf.
pub(crate) fn path(leaves: &[Sha256], index: usize) -> Option<Vec<Sha256>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut leaves, mut index) = (leaves, index);
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if index < left.len() {
            path.push(root(right));
            leaves = left;
        } else {
            path.push(root(left));
            index -= left.len();
            leaves = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The root to which a path leads from a leaf; `None` if it is no path of a tree of that size.
// RFC 9162 2.1.3.2
pub(crate) fn climb(leaf: Sha256, index: u64, size: u64, path: &[Sha256]) -> Option<Sha256> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for step in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node(*step, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(hash, *step);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

fn node(left: Sha256, right: Sha256) -> Sha256 {
    let mut bytes = [1; 65];
    let (_, rest) = bytes.split_at_mut(1);
    let (first, second) = rest.split_at_mut(32);
    first.copy_from_slice(&left.0);
    second.copy_from_slice(&right.0);
    Sha256::of(&bytes)
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: usize) -> usize {
    1 << (usize::BITS - 1 - (count - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// The leaves of the reference tests of Certificate Transparency.
    fn known() -> Vec<Sha256> {
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        inputs.map(|input| leaf(&HEXLOWER.decode(input.as_bytes()).unwrap())).to_vec()
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let nothing = HEXLOWER.encode(&root(&[]).0);
        assert_eq!(nothing, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (count, wanted) in (1..).zip(roots) {
            assert_eq!(HEXLOWER.encode(&root(&known()[..count]).0), wanted, "{count} leaves");
        }
    }

    #[test]
    fn paths_are_those_of_certificate_transparency() {
        let hex = |path: Vec<Sha256>| path.iter().map(|hash| HEXLOWER.encode(&hash.0)).collect::<Vec<_>>();
        assert_eq!(hex(path(&known()[..1], 0).unwrap()), Vec::<String>::new());
        assert_eq!(
            hex(path(&known(), 0).unwrap()),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            hex(path(&known()[..5], 1).unwrap()),
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
        assert!(path(&known(), 8).is_none() && path(&[], 0).is_none());
    }

    #[test]
    fn every_path_climbs_to_its_root_and_from_nowhere_else() {
        let leaves: Vec<Sha256> = (0..70_u8).map(|n| leaf(&[n])).collect();
        for size in 1..=leaves.len() {
            let (tree, total) = (&leaves[..size], u64::try_from(size).unwrap());
            let top = root(tree);
            for (index, at) in (0..size).zip(0..) {
                let steps = path(tree, index).unwrap();
                assert_eq!(climb(leaves[index], at, total, &steps), Some(top), "{index} of {size}");
                assert_ne!(climb(leaf(b"other"), at, total, &steps), Some(top));
                assert_ne!(climb(leaves[index], at + 1, total, &steps), Some(top), "{index} of {size}");
                if let Some((_, fewer)) = steps.split_last() {
                    assert_ne!(climb(leaves[index], at, total, fewer), Some(top));
                }
                let more = [steps.as_slice(), &[top]].concat();
                assert_eq!(climb(leaves[index], at, total, &more), None);
            }
        }
    }

    #[test]
    fn a_node_is_no_leaf() {
        let (one, two) = (leaf(b"1"), leaf(b"2"));
        assert_ne!(leaf(&[one.0, two.0].concat()), root(&[one, two]));
    }
}
