//! Guards along control flow: branches, loops, captures, and each `.await`.

use super::{ELEMENT, Exit, Guard, Home, Live, PlaceExpr, State};
use crate::facts::model::{Context, Crossing, RunsOn};
use crate::types::guards::Guarded;

impl Live {
    /// Moves a variable out, to be held in the body of an async block.
    pub(in crate::facts::collect) fn captured(&mut self, name: &str) -> Vec<(String, Guarded, State)> {
        let Some(variable) = self.variables.iter().rposition(|variable| variable.as_deref() == Some(name)) else {
            return Vec::new();
        };
        let mut captured = Vec::new();
        for index in self.at(&PlaceExpr { variable, path: Vec::new() }) {
            let Guard { what, state, .. } = &mut self.guards[index];
            if state.is_alive() {
                captured.push((name.to_owned(), *what, state.clone()));
            }
            state.home = Home::Gone;
        }
        captured
    }

    /// What the body of an async block begins with.
    pub(in crate::facts::collect) fn of_captured(captured: Vec<(String, Guarded, State)>) -> Live {
        let mut live = Live::default();
        for (name, what, state) in captured {
            live.variables.push(Some(name));
            let home = Home::Variable(live.variables.len() - 1);
            live.guards.push(Guard { what, held: None, drops: None, state: State { home, ..state }, is_told: false });
        }
        live
    }

    /// What is alive, for [`Live::go_back`] and [`Live::join`].
    pub(in crate::facts::collect) fn states(&self) -> Vec<State> {
        self.guards.iter().map(|guard| guard.state.clone()).collect()
    }

    /// Another way begins where this one began. What was taken up meanwhile was not on that way.
    pub(in crate::facts::collect) fn go_back(&mut self, states: &[State]) {
        for (n, guard) in self.guards.iter_mut().enumerate() {
            match states.get(n) {
                Some(state) => guard.state.clone_from(state),
                None => guard.state.home = Home::Gone,
            }
        }
    }

    /// Ways join. A guard that is gone on one of them is alive behind only if it is alive on another that surely goes
    /// on; without any way there is nothing behind.
    pub(in crate::facts::collect) fn join(&mut self, ways: &[Exit]) {
        if ways.is_empty() {
            return;
        }
        for (n, guard) in self.guards.iter_mut().enumerate() {
            let alive = |way: &&Exit| way.states.get(n).is_some_and(State::is_alive);
            let kept = if ways.iter().all(|way| alive(&way)) {
                ways.first()
            } else {
                ways.iter().find(|way| way.is_sure && alive(way))
            };
            match kept {
                Some(way) => guard.state.clone_from(&way.states[n]),
                None => guard.state.home = Home::Gone,
            }
        }
    }

    /// Whether something is alive that was not, in a variable that was in scope.
    pub(in crate::facts::collect) fn has_more_than(&self, states: &[State], count: usize) -> bool {
        self.guards.iter().enumerate().any(|(n, guard)| {
            let is_new = !states.get(n).is_some_and(|state| state.is_alive() && state.home == guard.state.home);
            let lives_on = matches!(guard.state.home, Home::Variable(variable) if variable < count);
            is_new && lives_on && guard.state.is_alive() && !guard.is_told
        })
    }

    /// Those that are alive here, where something is awaited, and have not been reported yet. What stands around the
    /// `.await` counts as what stands around the guard does.
    pub(in crate::facts::collect) fn cross(&mut self, awaited: &str, place: RunsOn, here: &Context) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut holders: Vec<(Home, Vec<String>)> = Vec::new();
        let is_open = |guard: &&mut Guard| {
            guard.state.is_alive() && !guard.is_told && !matches!(guard.what, Guarded::Async | Guarded::Destructor)
        };
        for guard in self.guards.iter_mut().filter(is_open) {
            let State { home, path, wraps, tokens, context, .. } = &guard.state;
            // One of several ways has put it there.
            let place_expr = (*home, path.clone());
            if matches!(home, Home::Variable(_)) && holders.contains(&place_expr) {
                guard.is_told = true;
                continue;
            }
            holders.push(place_expr);
            let mut context = context.clone();
            // Only where what is awaited is part of the build.
            let gates = here
                .gates
                .iter()
                .filter(|gate| context.gates.iter().all(|known| known.to_string() != gate.to_string()));
            let gates: Vec<_> = gates.cloned().collect();
            let exemptions = here.exemptions.iter().filter(|index| !context.exemptions.contains(index));
            let exemptions: Vec<_> = exemptions.copied().collect();
            // Elsewhere it may be reported again.
            guard.is_told = gates.is_empty() && exemptions.is_empty();
            context.gates.extend(gates);
            context.exemptions.extend(exemptions);
            let (name, is_hidden) = match home {
                Home::Variable(variable) => {
                    let (name, later) = (&self.variables[*variable], &self.variables[variable + 1..]);
                    (name.clone(), name.is_some() && later.contains(name))
                }
                Home::Temporary(_) | Home::Gone => (None, false),
            };
            let fields = path.iter().filter(|field| *field != ELEMENT);
            let holder = name.map(|name| fields.fold(name, |name, field| format!("{name}.{field}")));
            let is_inside = *wraps > 0 || path.iter().any(|field| field == ELEMENT);
            let (tokens, awaited) = (tokens.clone(), awaited.to_owned());
            crossings.push(Crossing {
                what: guard.what,
                holder,
                is_inside,
                is_hidden,
                tokens,
                context,
                awaited,
                place,
            });
        }
        crossings
    }
}
