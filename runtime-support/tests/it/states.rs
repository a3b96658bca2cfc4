//! States and entities.
//!
//! Left out of what the reference has: the limit of 255 characters, which comes from its database, and the event of a
//! state that was written again without a change.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use onloop::{Attributes, Context, Entity, Event, Hub, STATE_CHANGED, StateChanged, UNAVAILABLE};
use tokio::time::advance;

use crate::hub::run_paused;

const NONE: [(&str, &str); 0] = [];

/// Notes changes as `id: old -> new`.
fn note_changes(hub: &Hub) -> Rc<RefCell<Vec<String>>> {
    let notes: Rc<RefCell<Vec<String>>> = Rc::default();
    let own = Rc::clone(&notes);
    let job = job!(callback, move |event: &Event<StateChanged>| {
        let StateChanged { entity_id, old, new, .. } = &event.data;
        let value = |state: &Option<std::sync::Arc<onloop::State>>| {
            state.as_ref().map_or_else(|| "-".to_owned(), |state| state.value.clone())
        };
        own.borrow_mut().push(format!("{entity_id}: {} to {}", value(old), value(new)));
    });
    hub.bus().listen(&STATE_CHANGED, job).detach();
    notes
}

#[test]
fn set_get_remove_all() {
    Hub::run(async |hub| {
        let (states, notes) = (hub.states(), note_changes(&hub));
        assert!(states.get("light.hall").is_none());
        states.set("light.hall", "on", NONE);
        states.set("sensor.garden", "21.5", [("unit", "°C")]);
        states.set("light.hall", "off", NONE);
        assert_eq!(states.get("sensor.garden").map(|state| state.attributes["unit"].clone()).as_deref(), Some("°C"));
        let ids: Vec<_> = states.all().into_iter().map(|(entity_id, _)| entity_id.to_string()).collect();
        assert_eq!(ids, ["light.hall", "sensor.garden"]);
        assert_eq!(states.remove("light.hall").map(|state| state.value.clone()).as_deref(), Some("off"));
        assert!(states.remove("light.hall").is_none());
        assert_eq!(
            *notes.borrow(),
            ["light.hall: - to on", "sensor.garden: - to 21.5", "light.hall: on to off", "light.hall: off to -"]
        );
    });
}

#[test]
fn an_unchanged_state_fires_nothing_and_other_attributes_do() {
    run_paused(async |hub| {
        let (states, notes) = (hub.states(), note_changes(&hub));
        states.set("light.hall", "on", [("brightness", "10")]);
        let first = states.get("light.hall").expect("it was set");
        advance(Duration::from_secs(1)).await;
        states.set("light.hall", "on", [("brightness", "10")]);
        assert_eq!(states.get("light.hall").as_deref(), Some(&*first));
        states.set("light.hall", "on", [("brightness", "20")]);
        let second = states.get("light.hall").expect("it was set");
        assert_eq!(second.last_changed, first.last_changed);
        assert_eq!(second.last_updated, first.last_updated + Duration::from_secs(1));
        assert_eq!(notes.borrow().len(), 2);
    });
}

#[test]
fn a_listener_sees_the_new_state_and_may_set_states() {
    Hub::run(async |hub| {
        let notes = note_changes(&hub);
        let own = hub.clone();
        let job = job!(callback, move |event: &Event<StateChanged>| {
            let Some(new) = &event.data.new else { return };
            assert_eq!(own.states().get(&event.data.entity_id).as_deref(), Some(&**new));
            if &*event.data.entity_id == "switch.hall" {
                own.states().set_in("light.hall", new.value.clone(), Attributes::new(), event.context.child());
            }
        });
        hub.bus().listen(&STATE_CHANGED, job).detach();
        let cause = Context::new();
        hub.states().set_in("switch.hall", "on".to_owned(), Attributes::new(), cause);
        assert_eq!(*notes.borrow(), ["switch.hall: - to on", "light.hall: - to on"]);
        assert_eq!(hub.states().get("light.hall").expect("it was set").context.parent(), Some(cause.id()));
    });
}

#[test]
fn changes_reach_blocking_listeners() {
    Hub::run(async |hub| {
        let (send, receive) = mpsc::channel();
        let job = job!(blocking, move |event: &Event<StateChanged>| {
            send.send(event.data.entity_id.to_string()).expect("the test listens");
        });
        hub.bus().listen(&STATE_CHANGED, job).detach();
        hub.states().set("light.hall", "on", NONE);
        hub.block_till_done().await;
        assert_eq!(receive.try_recv().as_deref(), Ok("light.hall"));
    });
}

#[test]
fn an_entity_writes_its_state() {
    struct Lamp {
        id: String,
        percent: Option<u8>,
    }
    impl Entity for Lamp {
        fn entity_id(&self) -> &str {
            &self.id
        }
        fn state(&self) -> Option<String> {
            self.percent.map(|percent| if percent > 0 { "on" } else { "off" }.to_owned())
        }
        fn attributes(&self) -> Attributes {
            self.percent.iter().map(|percent| ("percent".into(), percent.to_string())).collect()
        }
    }
    Hub::run(async |hub| {
        let id = "light.hall".to_owned();
        let lamp: Box<dyn Entity> = Box::new(Lamp { id: id.clone(), percent: Some(20) });
        lamp.write_state();
        let state = hub.states().get("light.hall").expect("it was written");
        assert_eq!((state.value.as_str(), state.attributes["percent"].as_str()), ("on", "20"));
        Lamp { id, percent: None }.write_state();
        let state = hub.states().get("light.hall").expect("it was written");
        assert_eq!((state.value.as_str(), state.attributes.len()), (UNAVAILABLE, 0));
    });
}
