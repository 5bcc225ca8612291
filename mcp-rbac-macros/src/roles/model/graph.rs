//! Cycles and paths, for inheritance and for `implies`.

use std::collections::{HashSet, VecDeque};

use proc_macro2::Span;

/// A reference, and where it stands.
#[derive(Clone, Copy)]
pub(in crate::roles) struct Link {
    pub(in crate::roles) to: usize,
    pub(in crate::roles) span: Span,
}

/// `a` → `b` → `c` → back to `a`.
pub(in crate::roles) struct Cycle {
    /// Every node once, beginning with the one whose link closes the cycle.
    pub(in crate::roles) nodes: Vec<usize>,
    /// The link that closes it.
    pub(in crate::roles) span: Span,
}

/// Takes out every link that closes a cycle. Also gives the order in which each node comes after all that it links to.
pub(super) fn break_cycles(links: &mut [Vec<Link>]) -> (Vec<Cycle>, Vec<usize>) {
    let mut walk =
        Walk { done: vec![false; links.len()], path: Vec::new(), order: Vec::new(), cycles: Vec::new() };
    for start in 0..links.len() {
        walk.visit(start, links);
    }
    (walk.cycles, walk.order)
}

struct Walk {
    done: Vec<bool>,
    path: Vec<usize>,
    order: Vec<usize>,
    cycles: Vec<Cycle>,
}

impl Walk {
    fn visit(&mut self, node: usize, links: &mut [Vec<Link>]) {
        if self.done.get(node).is_none_or(|done| *done) {
            return;
        }
        self.path.push(node);
        let mut own = links.get_mut(node).map(std::mem::take).unwrap_or_default();
        own.retain(|link| match self.path.iter().position(|&on_path| on_path == link.to) {
            Some(at) => {
                let mut nodes: Vec<usize> = self.path.iter().skip(at).copied().collect();
                nodes.rotate_right(1);
                self.cycles.push(Cycle { nodes, span: link.span });
                false
            }
            None => {
                self.visit(link.to, links);
                true
            }
        });
        if let Some(place) = links.get_mut(node) {
            *place = own;
        }
        self.path.pop();
        self.order.push(node);
        if let Some(done) = self.done.get_mut(node) {
            *done = true;
        }
    }
}

/// The shortest way from `start` to a node that `is_goal` accepts, both included.
pub(super) fn shortest_path(
    start: usize,
    is_goal: impl Fn(usize) -> bool,
    next: impl Fn(usize) -> Vec<usize>,
) -> Option<Vec<usize>> {
    let mut seen = HashSet::from([start]);
    let mut paths = VecDeque::from([vec![start]]);
    while let Some(path) = paths.pop_front() {
        let at = *path.last()?;
        if is_goal(at) {
            return Some(path);
        }
        for to in next(at) {
            if seen.insert(to) {
                let mut longer = path.clone();
                longer.push(to);
                paths.push_back(longer);
            }
        }
    }
    None
}
