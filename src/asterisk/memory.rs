//! Reading memory that may not be what it is taken for: where an offset is wrong, the kernel says that there is nothing, and
//! nobody dies of it (process_vm_readv(2), asked for this very process). And giving back what is free.

use once_cell::sync::OnceCell;
use std::ffi::{CString, c_char, c_void};
use std::mem::MaybeUninit;

/// Copies as many bytes as there is room for from that address; whether all of them are there. Any thread.
fn copy(from: *const c_void, to: &mut [MaybeUninit<u8>]) -> bool {
    let local = libc::iovec { iov_base: to.as_mut_ptr().cast(), iov_len: to.len() };
    let remote = libc::iovec { iov_base: from.cast_mut(), iov_len: to.len() };
    // SAFETY: writes to the room that we have; what it reads from may be anything, which it finds out itself.
    let copied = unsafe { libc::process_vm_readv(libc::getpid(), &local, 1, &remote, 1, 0) };
    usize::try_from(copied).is_ok_and(|copied| copied == to.len())
}

/// What lies at that address, if anything does.
///
/// # Safety
/// `T` is such that any bytes are a valid one: numbers, pointers, structs of those.
pub unsafe fn read<T: Copy>(from: *const c_void) -> Option<T> {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: as many bytes as the value has, uninitialised ones allowed.
    let room = unsafe { std::slice::from_raw_parts_mut(value.as_mut_ptr().cast::<MaybeUninit<u8>>(), size_of::<T>()) };
    // SAFETY: all its bytes have been written, and the caller says that any will do.
    copy(from, room).then(|| unsafe { value.assume_init() })
}

/// The text at that address, if it ends within so many bytes.
pub fn read_c_string(from: *const c_char, longest: usize) -> Option<CString> {
    /// No piece goes over the end of a page, behind which there may be nothing.
    const PIECE: usize = 64;
    let mut text = Vec::new();
    while text.len() <= longest {
        let at = from.wrapping_add(text.len());
        let mut piece = [MaybeUninit::uninit(); PIECE];
        let room = PIECE - at.addr() % PIECE;
        if !copy(at.cast(), &mut piece[..room]) {
            return None;
        }
        // SAFETY: so many bytes have been written.
        let piece = unsafe { std::slice::from_raw_parts(piece.as_ptr().cast::<u8>(), room) };
        match piece.iter().position(|&byte| byte == 0) {
            Some(end) => {
                text.extend_from_slice(&piece[..end]);
                return CString::new(text).ok();
            }
            None => text.extend_from_slice(piece),
        }
    }
    None
}

/// Less than what so many phones or rows leave behind is not worth looking for.
const MANY: usize = 1000;

/// When so many phones or rows are not needed any more: gives the kernel back what is free of the C library's memory, which keeps
/// most of it, and for each thread by itself: what one has freed the next one takes anew. Takes the locks of that memory, one
/// after the other; any thread.
pub fn give_back_after(count: usize) {
    if count >= MANY {
        // SAFETY: what is in use stays as it is.
        unsafe { libc::malloc_trim(0) };
    }
}

/// Whether this works here: not where a sandbox forbids the call. Asked once.
pub fn can_read() -> bool {
    static CAN_READ: OnceCell<bool> = OnceCell::new();
    *CAN_READ.get_or_init(|| {
        let known = 0x5eed_u32;
        // SAFETY: any bytes are a number.
        unsafe { read::<u32>((&raw const known).cast()) == Some(known) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::{null, without_provenance};

    #[test]
    fn what_is_there_is_read_and_what_is_not_is_none() {
        assert!(can_read());
        let number = 7u64;
        // SAFETY: any bytes are a number.
        unsafe {
            assert_eq!(read::<u64>((&raw const number).cast()), Some(7));
            assert_eq!(read::<u64>(null()), None);
            assert_eq!(read::<u64>(without_provenance(0x1000)), None);
            assert_eq!(read::<u64>(without_provenance(usize::MAX - 3)), None);
        }
        let long = CString::new("x".repeat(1000)).unwrap();
        assert_eq!(read_c_string(long.as_ptr(), 2000).as_ref(), Some(&long));
        assert_eq!(read_c_string(long.as_ptr(), 100), None, "longer than it may be");
        assert_eq!(read_c_string(c"".as_ptr(), 0).as_deref(), Some(c""));
        assert_eq!(read_c_string(without_provenance(0x1234), 100), None);
    }
}
