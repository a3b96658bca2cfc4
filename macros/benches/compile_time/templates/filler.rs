// A part of a large crate that no attribute looks at. A template: `_N` and `N_` become a number.

/// One room of the house, as the device describes it.
///
/// The description comes in three parts: what the room is called, how large it is,
/// and what stands in it. Only the last of them changes while the program runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoomN_ {
    /// As written on the door.
    pub name: String,
    pub width: f64,
    pub length: f64,
    things: Vec<(String, u32)>,
}

impl RoomN_ {
    /// An empty room.
    pub fn new(name: &str, width: f64, length: f64) -> Self {
        // Measures below zero are typing mistakes; "it's a {brace}" stands here for readers of text.
        RoomN_ { name: name.to_owned(), width: width.max(0.0), length: length.max(0.0), things: Vec::new() }
    }

    /// In square metres.
    pub fn area(&self) -> f64 {
        self.width * self.length
    }

    /// Puts things into the room.
    pub fn put(&mut self, thing: &str, count: u32) -> u32 {
        if let Some(known) = self.things.iter_mut().find(|(name, _)| name == thing) {
            known.1 += count;
            return known.1;
        }
        self.things.push((thing.to_owned(), count));
        count
    }
}

/* Rooms are compared by area,
   not by name. */
pub fn largest_N(rooms: &[RoomN_]) -> Option<&RoomN_> {
    let mut largest: Option<&RoomN_> = None;
    for room in rooms {
        let larger = match largest {
            Some(known) => room.area() > known.area(),
            None => true,
        };
        if larger {
            largest = Some(room);
        }
    }
    largest
}

pub fn label_N(room: &RoomN_) -> String {
    let mut label = String::from("[");
    label.push_str(&room.name);
    if room.area() > 20.0 {
        label.push_str(", large");
    }
    for (thing, count) in &room.things {
        label.push_str(&format!(", {count} {thing}"));
    }
    label.push(']');
    label
}

