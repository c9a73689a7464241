//! The gate to the database and what lies around it, between nodes.

mod directory;
