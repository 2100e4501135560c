//! Binding: which argument of a call each parameter of a known Python function gets.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::{Type, Val};
use crate::layout;
use crate::snapshot::PythonCallee;

/// What `*args` gathers of arguments that stand in no registers, at most.
const MAX_REST: usize = 16;

/// The arguments of a call.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    pub values: &'a [Val],
    /// Names of the last ones, as tagged words of interned strings.
    pub names: &'a [u64],
    /// Register that holds the first one, all others behind it.
    pub first: Option<u16>,
}

/// Where a parameter's value comes from.
enum Source {
    Argument(usize),
    /// A constant.
    Default(u64),
    /// The function's default for the keyword-only parameter of this name.
    KeywordDefault(u64),
}

/// All parameters of a call.
pub struct Bound {
    named: Vec<Source>,
    /// First argument that `*args` gathers, and how many.
    rest: Option<(usize, usize)>,
    /// What `**keywords` gathers: names and arguments.
    keywords: Option<Vec<(u64, usize)>>,
}

/// How the arguments are bound; none: it is an error, or not known before the call.
pub fn resolve(target: &PythonCallee, args: &Args) -> Option<Bound> {
    let positional = args.values.len().checked_sub(args.names.len())?;
    let (count, kwonly) = (target.arg_count as usize, target.keyword_only as usize);
    if positional > count && !target.gathers_rest || count + kwonly > 64 {
        return None;
    }
    let direct = positional.min(count);
    let mut from: Vec<Option<Source>> =
        (0..count + kwonly).map(|k| (k < direct).then_some(Source::Argument(k))).collect();
    let mut keywords = Vec::new();
    for (k, name) in args.names.iter().enumerate() {
        let at = positional + k;
        let known = target.names.iter().skip(target.positional_only as usize).position(|n| n == name);
        match known.map(|p| p + target.positional_only as usize) {
            Some(p) if from[p].is_none() => from[p] = Some(Source::Argument(at)),
            None if target.gathers_keywords => keywords.push((*name, at)),
            _ => return None,
        }
    }
    let mut named = Vec::with_capacity(from.len());
    for (p, source) in from.into_iter().enumerate() {
        named.push(match source {
            Some(source) => source,
            None if p >= count => Source::KeywordDefault(target.names[p]),
            // Functions of one code may have other defaults.
            None if target.by_code => return None,
            None => Source::Default(*target.defaults.get((p + target.defaults.len()).checked_sub(count)?)?),
        });
    }
    let rest = target.gathers_rest.then_some((direct, positional - direct));
    if rest.is_some_and(|(_, n)| n > MAX_REST) && args.first.is_none() {
        return None;
    }
    Some(Bound { named, rest, keywords: target.gathers_keywords.then_some(keywords) })
}

/// The parameters' values.
pub fn values(b: &mut Builder, function: Val, args: &Args, bound: &Bound) -> Vec<Val> {
    let mut all = Vec::with_capacity(bound.named.len() + 2);
    for source in &bound.named {
        all.push(match source {
            Source::Argument(k) => args.values[*k],
            Source::Default(word) => b.constant(*word, 0),
            Source::KeywordDefault(name) => {
                let name = b.constant(*name, layout::STR);
                let v = b.ask(Helper::KeywordDefault, &[function, name]);
                b.bound_of(v)
            }
        });
    }
    if let Some((from, n)) = bound.rest
        && let Some(tuple) = super::display::tuple(b, &args.values[from..from + n])
    {
        all.push(tuple);
    } else if let Some((_, 0)) = bound.rest
        && b.snap.empty_tuple != 0
    {
        let empty = b.constant(b.snap.empty_tuple, layout::TUPLE);
        b.tuples.insert(empty, Vec::new());
        all.push(empty);
    } else if let Some((from, n)) = bound.rest {
        // Where the arguments stand the collector finds them.
        let first = args.first.map_or(0, |r| r + from as u16);
        for (k, v) in args.values[from..from + n].iter().enumerate() {
            b.emit(crate::hir::Op::Spill, &[*v], first as i64 + k as i64);
        }
        let (at, count) = (b.emit(crate::hir::Op::WindowAddress, &[], first as i64), b.raw(n as i64));
        let tuple = b.call_helper(Helper::BuildTuple, &[at, count]);
        b.f.inst_mut(tuple).ty = Type::object(layout::TUPLE);
        all.push(tuple);
    }
    if let Some(keywords) = &bound.keywords {
        let pairs: Vec<(u64, Val)> = keywords.iter().map(|(name, k)| (*name, args.values[*k])).collect();
        match super::display::map(b, &pairs) {
            Some(map) => all.push(map),
            None => all.push(by_runtime(b, &pairs)),
        }
    }
    all
}

/// A dict of many keyword arguments.
fn by_runtime(b: &mut Builder, pairs: &[(u64, Val)]) -> Val {
    let (at, count) = (b.emit(crate::hir::Op::WindowAddress, &[], 0), b.raw(0));
    let map = b.call_helper(Helper::BuildMap, &[at, count]);
    b.f.inst_mut(map).ty = Type::BOUND;
    for (name, v) in pairs {
        let name = b.constant(*name, layout::STR);
        b.call_helper(Helper::MapAdd, &[map, name, *v]);
    }
    map
}

/// Whether a plain call with so many arguments is bound without looking at the function.
pub fn is_plain(target: &PythonCallee, args: usize) -> bool {
    let args = vec![Val(0); args];
    resolve(target, &Args { values: &args, names: &[], first: None }).is_some()
}

/// Arguments that stand in no registers.
pub fn loose(values: &[Val]) -> Args<'_> {
    Args { values, names: &[], first: None }
}
