//! Which variables are secret, and what is shown in their place.

pub mod mask;
pub mod masked;
pub mod secret;
