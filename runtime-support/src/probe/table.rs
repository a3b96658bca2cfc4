//! What the compiler can be asked about, made from the catalogue.
//!
//! `BLESS=1 cargo test -p onloop-ui-tests --test generated` writes this file.

use super::{Blocks, Nothing};

calls! {
    methods {
        accept
        canonicalize
        create
        exists
        fill_buf
        flush
        has_data_left
        is_dir
        is_file
        is_symlink
        join
        lock
        lock_shared
        metadata
        next
        open
        output
        peek
        peek_from
        read
        read_at
        read_buf
        read_buf_at
        read_buf_exact
        read_buf_exact_at
        read_dir
        read_exact
        read_exact_at
        read_line
        read_link
        read_to_end
        read_to_string
        read_until
        read_vectored
        read_vectored_at
        recv
        recv_deadline
        recv_from
        recv_timeout
        recv_vectored_with_ancillary
        recv_vectored_with_ancillary_from
        rewind
        seek
        seek_relative
        send
        set_len
        set_modified
        set_permissions
        set_times
        skip_until
        status
        stream_len
        symlink_metadata
        sync_all
        sync_data
        to_socket_addrs
        try_exists
        wait
        wait_force
        wait_timeout
        wait_timeout_ms
        wait_timeout_while
        wait_while
        wait_with_output
        write
        write_all
        write_all_at
        write_all_vectored
        write_at
        write_fmt
        write_vectored
        write_vectored_at
    }
    NonBlockingCreate("`create` blocks the event loop: it is `std::fs::DirBuilder::create`", "await `create(..)` of a `tokio::fs::DirBuilder` instead") {
        create:
            [] std::fs::DirBuilder;
    }
    NonBlockingDirEntryMetadata("`metadata` blocks the event loop: it is `std::fs::DirEntry::metadata`", "await `metadata(..)` of a `tokio::fs::DirEntry` instead") {
        metadata:
            [] std::fs::DirEntry;
    }
    NonBlockingLock("`lock` blocks the event loop: it is `std::fs::File::lock`", "use `File::try_lock(..)`, or run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        lock:
            [] std::fs::File;
    }
    NonBlockingLockShared("`lock_shared` blocks the event loop: it is `std::fs::File::lock_shared`", "use `File::try_lock_shared(..)`, or run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        lock_shared:
            [] std::fs::File;
    }
    NonBlockingFileMetadata("`metadata` blocks the event loop: it is `std::fs::File::metadata`", "await `metadata(..)` of a `tokio::fs::File` instead") {
        metadata:
            [] std::fs::File;
    }
    NonBlockingSetLen("`set_len` blocks the event loop: it is `std::fs::File::set_len`", "await `set_len(..)` of a `tokio::fs::File` instead") {
        set_len:
            [] std::fs::File;
    }
    NonBlockingSetModified("`set_modified` blocks the event loop: it is `std::fs::File::set_modified`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        set_modified:
            [] std::fs::File;
    }
    NonBlockingSetPermissions("`set_permissions` blocks the event loop: it is `std::fs::File::set_permissions`", "await `set_permissions(..)` of a `tokio::fs::File` instead") {
        set_permissions:
            [] std::fs::File;
    }
    NonBlockingSetTimes("`set_times` blocks the event loop: it is `std::fs::File::set_times`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        set_times:
            [] std::fs::File;
    }
    NonBlockingSyncAll("`sync_all` blocks the event loop: it is `std::fs::File::sync_all`", "await `sync_all(..)` of a `tokio::fs::File` instead") {
        sync_all:
            [] std::fs::File;
    }
    NonBlockingSyncData("`sync_data` blocks the event loop: it is `std::fs::File::sync_data`", "await `sync_data(..)` of a `tokio::fs::File` instead") {
        sync_data:
            [] std::fs::File;
    }
    NonBlockingOpen("`open` blocks the event loop: it is `std::fs::OpenOptions::open`", "await `open(..)` of a `tokio::fs::OpenOptions` instead") {
        open:
            [] std::fs::OpenOptions;
    }
    NonBlockingReadDirNext("`next` blocks the event loop: it is `std::fs::ReadDir::next`", "await `next_entry(..)` of a `tokio::fs::ReadDir` instead") {
        next:
            [] std::fs::ReadDir;
    }
    NonBlockingFillBuf("`fill_buf` blocks the event loop: it is `std::io::BufRead::fill_buf`", "await `tokio::io::AsyncBufReadExt::fill_buf(..)` on a type of `tokio` instead") {
        fill_buf:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    NonBlockingHasDataLeft("`has_data_left` blocks the event loop: it is `std::io::BufRead::has_data_left`", "await `tokio::io::AsyncBufReadExt::fill_buf(..)` on a type of `tokio` instead") {
        has_data_left:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    NonBlockingBufReadReadLine("`read_line` blocks the event loop: it is `std::io::BufRead::read_line`", "await `tokio::io::AsyncBufReadExt::read_line(..)` on a type of `tokio` instead") {
        read_line:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    NonBlockingReadUntil("`read_until` blocks the event loop: it is `std::io::BufRead::read_until`", "await `tokio::io::AsyncBufReadExt::read_until(..)` on a type of `tokio` instead") {
        read_until:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    NonBlockingSkipUntil("`skip_until` blocks the event loop: it is `std::io::BufRead::skip_until`", "await `tokio::io::AsyncBufReadExt::read_until(..)` on a type of `tokio` instead") {
        skip_until:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    NonBlockingBytesNext("`next` blocks the event loop: it is `std::io::Bytes::next`", "await `tokio::io::AsyncReadExt::read_u8(..)` on a type of `tokio` instead") {
        next:
            [R: Blocks<read>] std::io::Bytes<R>;
    }
    NonBlockingLinesNext("`next` blocks the event loop: it is `std::io::Lines::next`", "await `next_line(..)` of a `tokio::io::Lines` instead") {
        next:
            [B: Blocks<read>] std::io::Lines<B>;
    }
    NonBlockingRead("`read` blocks the event loop: it is `std::io::Read::read`", "await `tokio::io::AsyncReadExt::read(..)` on a type of `tokio` instead") {
        read:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadBuf("`read_buf` blocks the event loop: it is `std::io::Read::read_buf`", "await `tokio::io::AsyncReadExt::read_buf(..)` on a type of `tokio` instead") {
        read_buf:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadBufExact("`read_buf_exact` blocks the event loop: it is `std::io::Read::read_buf_exact`", "await `tokio::io::AsyncReadExt::read_buf(..)` on a type of `tokio` instead") {
        read_buf_exact:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadExact("`read_exact` blocks the event loop: it is `std::io::Read::read_exact`", "await `tokio::io::AsyncReadExt::read_exact(..)` on a type of `tokio` instead") {
        read_exact:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadToEnd("`read_to_end` blocks the event loop: it is `std::io::Read::read_to_end`", "await `tokio::io::AsyncReadExt::read_to_end(..)` on a type of `tokio` instead") {
        read_to_end:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadToString("`read_to_string` blocks the event loop: it is `std::io::Read::read_to_string`", "await `tokio::io::AsyncReadExt::read_to_string(..)` on a type of `tokio` instead") {
        read_to_string:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingReadVectored("`read_vectored` blocks the event loop: it is `std::io::Read::read_vectored`", "await `tokio::io::AsyncReadExt::read(..)` on a type of `tokio` instead") {
        read_vectored:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::PipeReader,
            [] std::io::Stdin,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStderr,
            [] std::process::ChildStdout;
    }
    NonBlockingRewind("`rewind` blocks the event loop: it is `std::io::Seek::rewind`", "await `tokio::io::AsyncSeekExt::rewind(..)` on a type of `tokio` instead") {
        rewind:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    NonBlockingSeek("`seek` blocks the event loop: it is `std::io::Seek::seek`", "await `tokio::io::AsyncSeekExt::seek(..)` on a type of `tokio` instead") {
        seek:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    NonBlockingSeekRelative("`seek_relative` blocks the event loop: it is `std::io::Seek::seek_relative`", "await `tokio::io::AsyncSeekExt::seek(..)` on a type of `tokio` instead") {
        seek_relative:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    NonBlockingStreamLen("`stream_len` blocks the event loop: it is `std::io::Seek::stream_len`", "await `metadata(..)` of a `tokio::fs::File` instead") {
        stream_len:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    NonBlockingSplitNext("`next` blocks the event loop: it is `std::io::Split::next`", "await `next_segment(..)` of a `tokio::io::Split` instead") {
        next:
            [B: Blocks<read>] std::io::Split<B>;
    }
    NonBlockingStdinReadLine("`read_line` blocks the event loop: it is `std::io::Stdin::read_line`", "await `tokio::io::BufReader::new(tokio::io::stdin()).read_line(..)` instead") {
        read_line:
            [] std::io::Stdin;
    }
    NonBlockingFlush("`flush` blocks the event loop: it is `std::io::Write::flush`", "await `tokio::io::AsyncWriteExt::flush(..)` on a type of `tokio` instead") {
        flush:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingWrite("`write` blocks the event loop: it is `std::io::Write::write`", "await `tokio::io::AsyncWriteExt::write(..)` on a type of `tokio` instead") {
        write:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingWriteAll("`write_all` blocks the event loop: it is `std::io::Write::write_all`", "await `tokio::io::AsyncWriteExt::write_all(..)` on a type of `tokio` instead") {
        write_all:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingWriteAllVectored("`write_all_vectored` blocks the event loop: it is `std::io::Write::write_all_vectored`", "await `tokio::io::AsyncWriteExt::write_all(..)` on a type of `tokio` instead") {
        write_all_vectored:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingWriteFmt("`write_fmt` blocks the event loop: it is `std::io::Write::write_fmt`", "await `tokio::io::AsyncWriteExt::write_all(..)` on a type of `tokio` instead") {
        write_fmt:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingWriteVectored("`write_vectored` blocks the event loop: it is `std::io::Write::write_vectored`", "await `tokio::io::AsyncWriteExt::write_vectored(..)` on a type of `tokio` instead") {
        write_vectored:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NonBlockingStdNetIncomingNext("`next` blocks the event loop: it is `std::net::Incoming::next`", "await `accept(..)` of a `tokio::net::TcpListener` instead") {
        next:
            [] std::net::Incoming<'_>;
    }
    NonBlockingTcpListenerAccept("`accept` blocks the event loop: it is `std::net::TcpListener::accept`", "await `accept(..)` of a `tokio::net::TcpListener` instead") {
        accept:
            [] std::net::TcpListener;
    }
    NonBlockingTcpStreamPeek("`peek` blocks the event loop: it is `std::net::TcpStream::peek`", "await `peek(..)` of a `tokio::net::TcpStream` instead") {
        peek:
            [] std::net::TcpStream;
    }
    NonBlockingToSocketAddrs("`to_socket_addrs` blocks the event loop: it is `std::net::ToSocketAddrs::to_socket_addrs`", "await `tokio::net::lookup_host(..)` instead") {
        to_socket_addrs:
            [] std::string::String,
            [] str;
    }
    NonBlockingUdpSocketPeek("`peek` blocks the event loop: it is `std::net::UdpSocket::peek`", "await `peek(..)` of a `tokio::net::UdpSocket` instead") {
        peek:
            [] std::net::UdpSocket;
    }
    NonBlockingUdpSocketPeekFrom("`peek_from` blocks the event loop: it is `std::net::UdpSocket::peek_from`", "await `peek_from(..)` of a `tokio::net::UdpSocket` instead") {
        peek_from:
            [] std::net::UdpSocket;
    }
    NonBlockingUdpSocketRecv("`recv` blocks the event loop: it is `std::net::UdpSocket::recv`", "await `recv(..)` of a `tokio::net::UdpSocket` instead") {
        recv:
            [] std::net::UdpSocket;
    }
    NonBlockingUdpSocketRecvFrom("`recv_from` blocks the event loop: it is `std::net::UdpSocket::recv_from`", "await `recv_from(..)` of a `tokio::net::UdpSocket` instead") {
        recv_from:
            [] std::net::UdpSocket;
    }
    NonBlockingReadAt("`read_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        read_at:
            [] std::fs::File;
    }
    NonBlockingReadBufAt("`read_buf_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_buf_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        read_buf_at:
            [] std::fs::File;
    }
    NonBlockingReadBufExactAt("`read_buf_exact_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_buf_exact_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        read_buf_exact_at:
            [] std::fs::File;
    }
    NonBlockingReadExactAt("`read_exact_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_exact_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        read_exact_at:
            [] std::fs::File;
    }
    NonBlockingReadVectoredAt("`read_vectored_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_vectored_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        read_vectored_at:
            [] std::fs::File;
    }
    NonBlockingWriteAllAt("`write_all_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_all_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        write_all_at:
            [] std::fs::File;
    }
    NonBlockingWriteAt("`write_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        write_at:
            [] std::fs::File;
    }
    NonBlockingWriteVectoredAt("`write_vectored_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_vectored_at`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        write_vectored_at:
            [] std::fs::File;
    }
    NonBlockingUnixNetIncomingNext("`next` blocks the event loop: it is `std::os::unix::net::Incoming::next`", "await `accept(..)` of a `tokio::net::UnixListener` instead") {
        next:
            #[cfg(unix)] [] std::os::unix::net::Incoming<'_>;
    }
    NonBlockingUnixDatagramPeek("`peek` blocks the event loop: it is `std::os::unix::net::UnixDatagram::peek`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        peek:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingUnixDatagramPeekFrom("`peek_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::peek_from`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        peek_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingUnixDatagramRecv("`recv` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv`", "await `recv(..)` of a `tokio::net::UnixDatagram` instead") {
        recv:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingUnixDatagramRecvFrom("`recv_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_from`", "await `recv_from(..)` of a `tokio::net::UnixDatagram` instead") {
        recv_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingUnixDatagramRecvVectoredWithAncillary("`recv_vectored_with_ancillary` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_vectored_with_ancillary`", "use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingRecvVectoredWithAncillaryFrom("`recv_vectored_with_ancillary_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_vectored_with_ancillary_from`", "use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    NonBlockingUnixListenerAccept("`accept` blocks the event loop: it is `std::os::unix::net::UnixListener::accept`", "await `accept(..)` of a `tokio::net::UnixListener` instead") {
        accept:
            #[cfg(unix)] [] std::os::unix::net::UnixListener;
    }
    NonBlockingUnixStreamPeek("`peek` blocks the event loop: it is `std::os::unix::net::UnixStream::peek`", "run it in the executor: `tokio::task::spawn_blocking(..).await`") {
        peek:
            #[cfg(unix)] [] std::os::unix::net::UnixStream;
    }
    NonBlockingUnixStreamRecvVectoredWithAncillary("`recv_vectored_with_ancillary` blocks the event loop: it is `std::os::unix::net::UnixStream::recv_vectored_with_ancillary`", "use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary:
            #[cfg(unix)] [] std::os::unix::net::UnixStream;
    }
    NonBlockingCanonicalize("`canonicalize` blocks the event loop: it is `std::path::Path::canonicalize`", "await `tokio::fs::canonicalize(..)` instead") {
        canonicalize:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingExists("`exists` blocks the event loop: it is `std::path::Path::exists`", "await `tokio::fs::try_exists(..)` instead") {
        exists:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingIsDir("`is_dir` blocks the event loop: it is `std::path::Path::is_dir`", "await `tokio::fs::metadata(..)`, then ask `is_dir()` instead") {
        is_dir:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingIsFile("`is_file` blocks the event loop: it is `std::path::Path::is_file`", "await `tokio::fs::metadata(..)`, then ask `is_file()` instead") {
        is_file:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingIsSymlink("`is_symlink` blocks the event loop: it is `std::path::Path::is_symlink`", "await `tokio::fs::symlink_metadata(..)`, then ask `is_symlink()` instead") {
        is_symlink:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingPathMetadata("`metadata` blocks the event loop: it is `std::path::Path::metadata`", "await `tokio::fs::metadata(..)` instead") {
        metadata:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingReadDir("`read_dir` blocks the event loop: it is `std::path::Path::read_dir`", "await `tokio::fs::read_dir(..)` instead") {
        read_dir:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingReadLink("`read_link` blocks the event loop: it is `std::path::Path::read_link`", "await `tokio::fs::read_link(..)` instead") {
        read_link:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingSymlinkMetadata("`symlink_metadata` blocks the event loop: it is `std::path::Path::symlink_metadata`", "await `tokio::fs::symlink_metadata(..)` instead") {
        symlink_metadata:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingTryExists("`try_exists` blocks the event loop: it is `std::path::Path::try_exists`", "await `tokio::fs::try_exists(..)` instead") {
        try_exists:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    NonBlockingChildWait("`wait` blocks the event loop: it is `std::process::Child::wait`", "await `wait(..)` of a `tokio::process::Child` instead") {
        wait:
            [] std::process::Child;
    }
    NonBlockingWaitWithOutput("`wait_with_output` blocks the event loop: it is `std::process::Child::wait_with_output`", "await `wait_with_output(..)` of a `tokio::process::Child` instead") {
        wait_with_output:
            [] std::process::Child;
    }
    NonBlockingOutput("`output` blocks the event loop: it is `std::process::Command::output`", "await `output(..)` of a `tokio::process::Command` instead") {
        output:
            [] std::process::Command;
    }
    NonBlockingStatus("`status` blocks the event loop: it is `std::process::Command::status`", "await `status(..)` of a `tokio::process::Command` instead") {
        status:
            [] std::process::Command;
    }
    NonBlockingBarrierWait("`wait` blocks the event loop: it is `std::sync::Barrier::wait`", "await `wait(..)` of a `tokio::sync::Barrier` instead") {
        wait:
            [] std::sync::Barrier;
    }
    NonBlockingCondvarWait("`wait` blocks the event loop: it is `std::sync::Condvar::wait`", "await `notified(..)` of a `tokio::sync::Notify` instead") {
        wait:
            [] std::sync::Condvar;
    }
    NonBlockingWaitTimeout("`wait_timeout` blocks the event loop: it is `std::sync::Condvar::wait_timeout`", "await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout:
            [] std::sync::Condvar;
    }
    NonBlockingWaitTimeoutMs("`wait_timeout_ms` blocks the event loop: it is `std::sync::Condvar::wait_timeout_ms`", "await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout_ms:
            [] std::sync::Condvar;
    }
    NonBlockingWaitTimeoutWhile("`wait_timeout_while` blocks the event loop: it is `std::sync::Condvar::wait_timeout_while`", "await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout_while:
            [] std::sync::Condvar;
    }
    NonBlockingWaitWhile("`wait_while` blocks the event loop: it is `std::sync::Condvar::wait_while`", "await `notified(..)` of a `tokio::sync::Notify` instead") {
        wait_while:
            [] std::sync::Condvar;
    }
    NonBlockingOnceWait("`wait` blocks the event loop: it is `std::sync::Once::wait`", "await `get_or_init(..)` of a `tokio::sync::OnceCell` instead") {
        wait:
            [] std::sync::Once;
    }
    NonBlockingWaitForce("`wait_force` blocks the event loop: it is `std::sync::Once::wait_force`", "await `get_or_init(..)` of a `tokio::sync::OnceCell` instead") {
        wait_force:
            [] std::sync::Once;
    }
    NonBlockingOnceLockWait("`wait` blocks the event loop: it is `std::sync::OnceLock::wait`", "await `get_or_init(..)` of a `tokio::sync::OnceCell` instead") {
        wait:
            [T] std::sync::OnceLock<T>;
    }
    NonBlockingIntoIterNext("`next` blocks the event loop: it is `std::sync::mpsc::IntoIter::next`", "await `recv(..)` of a `tokio::sync::mpsc::Receiver` instead") {
        next:
            [T] std::sync::mpsc::IntoIter<T>;
    }
    NonBlockingIterNext("`next` blocks the event loop: it is `std::sync::mpsc::Iter::next`", "await `recv(..)` of a `tokio::sync::mpsc::Receiver` instead") {
        next:
            [T] std::sync::mpsc::Iter<'_, T>;
    }
    NonBlockingReceiverRecv("`recv` blocks the event loop: it is `std::sync::mpsc::Receiver::recv`", "await `recv(..)` of a `tokio::sync::mpsc::Receiver` instead") {
        recv:
            [T] std::sync::mpsc::Receiver<T>;
    }
    NonBlockingRecvDeadline("`recv_deadline` blocks the event loop: it is `std::sync::mpsc::Receiver::recv_deadline`", "await `tokio::time::timeout_at(.., rx.recv())` instead") {
        recv_deadline:
            [T] std::sync::mpsc::Receiver<T>;
    }
    NonBlockingRecvTimeout("`recv_timeout` blocks the event loop: it is `std::sync::mpsc::Receiver::recv_timeout`", "await `tokio::time::timeout(.., rx.recv())` instead") {
        recv_timeout:
            [T] std::sync::mpsc::Receiver<T>;
    }
    NonBlockingSend("`send` blocks the event loop: it is `std::sync::mpsc::SyncSender::send`", "await `send(..)` of a `tokio::sync::mpsc::Sender` instead") {
        send:
            [T] std::sync::mpsc::SyncSender<T>;
    }
    NonBlockingJoinHandleJoin("`join` blocks the event loop: it is `std::thread::JoinHandle::join`", "await the handle of `tokio::task::spawn_blocking(..)` instead") {
        join:
            [T] std::thread::JoinHandle<T>;
    }
    NonBlockingScopedJoinHandleJoin("`join` blocks the event loop: it is `std::thread::ScopedJoinHandle::join`", "await `join_next(..)` of a `tokio::task::JoinSet` instead") {
        join:
            [T] std::thread::ScopedJoinHandle<'_, T>;
    }
}
