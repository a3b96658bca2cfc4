//! What the compiler can be asked about, made from the catalogue.
//!
//! `BLESS=1 cargo test -p onloop-ui-tests --test generated` writes this file.

use super::Blocks;

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
    FsDirBuilderCreate("`create` blocks the event loop: it is `std::fs::DirBuilder::create`", "help: await `tokio::fs::DirBuilder::create(..)` instead") {
        create:
            [] std::fs::DirBuilder;
    }
    FsDirEntryMetadata("`metadata` blocks the event loop: it is `std::fs::DirEntry::metadata`", "help: await `tokio::fs::DirEntry::metadata(..)` instead") {
        metadata:
            [] std::fs::DirEntry;
    }
    FsFileLock("`lock` blocks the event loop: it is `std::fs::File::lock`", "help: use `File::try_lock(..)`, or run it in the executor: `tokio::task::spawn_blocking(..)`") {
        lock:
            [] std::fs::File;
    }
    FsFileLockShared("`lock_shared` blocks the event loop: it is `std::fs::File::lock_shared`", "help: use `File::try_lock_shared(..)`, or run it in the executor: `tokio::task::spawn_blocking(..)`") {
        lock_shared:
            [] std::fs::File;
    }
    FsFileMetadata("`metadata` blocks the event loop: it is `std::fs::File::metadata`", "help: await `tokio::fs::File::metadata(..)` instead") {
        metadata:
            [] std::fs::File;
    }
    FsFileSetLen("`set_len` blocks the event loop: it is `std::fs::File::set_len`", "help: await `tokio::fs::File::set_len(..)` instead") {
        set_len:
            [] std::fs::File;
    }
    FsFileSetModified("`set_modified` blocks the event loop: it is `std::fs::File::set_modified`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        set_modified:
            [] std::fs::File;
    }
    FsFileSetPermissions("`set_permissions` blocks the event loop: it is `std::fs::File::set_permissions`", "help: await `tokio::fs::File::set_permissions(..)` instead") {
        set_permissions:
            [] std::fs::File;
    }
    FsFileSetTimes("`set_times` blocks the event loop: it is `std::fs::File::set_times`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        set_times:
            [] std::fs::File;
    }
    FsFileSyncAll("`sync_all` blocks the event loop: it is `std::fs::File::sync_all`", "help: await `tokio::fs::File::sync_all(..)` instead") {
        sync_all:
            [] std::fs::File;
    }
    FsFileSyncData("`sync_data` blocks the event loop: it is `std::fs::File::sync_data`", "help: await `tokio::fs::File::sync_data(..)` instead") {
        sync_data:
            [] std::fs::File;
    }
    FsOpenOptionsOpen("`open` blocks the event loop: it is `std::fs::OpenOptions::open`", "help: await `tokio::fs::OpenOptions::open(..)` instead") {
        open:
            [] std::fs::OpenOptions;
    }
    FsReadDirNext("`next` blocks the event loop: it is `std::fs::ReadDir::next`", "help: await `tokio::fs::ReadDir::next_entry(..)` instead") {
        next:
            [] std::fs::ReadDir;
    }
    IoBufReadFillBuf("`fill_buf` blocks the event loop: it is `std::io::BufRead::fill_buf`", "help: await `tokio::io::AsyncBufReadExt::fill_buf(..)` instead") {
        fill_buf:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    IoBufReadHasDataLeft("`has_data_left` blocks the event loop: it is `std::io::BufRead::has_data_left`", "help: await `tokio::io::AsyncBufReadExt::fill_buf(..)` instead") {
        has_data_left:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    IoBufReadReadLine("`read_line` blocks the event loop: it is `std::io::BufRead::read_line`", "help: await `tokio::io::AsyncBufReadExt::read_line(..)` instead") {
        read_line:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    IoBufReadReadUntil("`read_until` blocks the event loop: it is `std::io::BufRead::read_until`", "help: await `tokio::io::AsyncBufReadExt::read_until(..)` instead") {
        read_until:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    IoBufReadSkipUntil("`skip_until` blocks the event loop: it is `std::io::BufRead::skip_until`", "help: await `tokio::io::AsyncBufReadExt::read_until(..)` instead") {
        skip_until:
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>,
            [] std::io::StdinLock<'_>,
            [R: Blocks<read>] std::io::Take<R>;
    }
    IoBytesNext("`next` blocks the event loop: it is `std::io::Bytes::next`", "help: await `tokio::io::AsyncReadExt::read_u8(..)` instead") {
        next:
            [R: Blocks<read>] std::io::Bytes<R>;
    }
    IoLinesNext("`next` blocks the event loop: it is `std::io::Lines::next`", "help: await `tokio::io::Lines::next_line(..)` instead") {
        next:
            [B: Blocks<read>] std::io::Lines<B>;
    }
    IoReadRead("`read` blocks the event loop: it is `std::io::Read::read`", "help: await `tokio::io::AsyncReadExt::read(..)` instead") {
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
    IoReadReadBuf("`read_buf` blocks the event loop: it is `std::io::Read::read_buf`", "help: await `tokio::io::AsyncReadExt::read_buf(..)` instead") {
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
    IoReadReadBufExact("`read_buf_exact` blocks the event loop: it is `std::io::Read::read_buf_exact`", "help: await `tokio::io::AsyncReadExt::read_buf(..)` instead") {
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
    IoReadReadExact("`read_exact` blocks the event loop: it is `std::io::Read::read_exact`", "help: await `tokio::io::AsyncReadExt::read_exact(..)` instead") {
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
    IoReadReadToEnd("`read_to_end` blocks the event loop: it is `std::io::Read::read_to_end`", "help: await `tokio::io::AsyncReadExt::read_to_end(..)` instead") {
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
    IoReadReadToString("`read_to_string` blocks the event loop: it is `std::io::Read::read_to_string`", "help: await `tokio::io::AsyncReadExt::read_to_string(..)` instead") {
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
    IoReadReadVectored("`read_vectored` blocks the event loop: it is `std::io::Read::read_vectored`", "help: await `tokio::io::AsyncReadExt::read(..)` instead") {
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
    IoSeekRewind("`rewind` blocks the event loop: it is `std::io::Seek::rewind`", "help: await `tokio::io::AsyncSeekExt::rewind(..)` instead") {
        rewind:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    IoSeekSeek("`seek` blocks the event loop: it is `std::io::Seek::seek`", "help: await `tokio::io::AsyncSeekExt::seek(..)` instead") {
        seek:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    IoSeekSeekRelative("`seek_relative` blocks the event loop: it is `std::io::Seek::seek_relative`", "help: await `tokio::io::AsyncSeekExt::seek(..)` instead") {
        seek_relative:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    IoSeekStreamLen("`stream_len` blocks the event loop: it is `std::io::Seek::stream_len`", "help: await `tokio::fs::File::metadata(..)` instead") {
        stream_len:
            [] std::fs::File,
            [R: ?Sized + Blocks<read>] std::io::BufReader<R>;
    }
    IoSplitNext("`next` blocks the event loop: it is `std::io::Split::next`", "help: await `tokio::io::Split::next_segment(..)` instead") {
        next:
            [B: Blocks<read>] std::io::Split<B>;
    }
    IoStdinReadLine("`read_line` blocks the event loop: it is `std::io::Stdin::read_line`", "help: await `tokio::io::BufReader::new(tokio::io::stdin()).read_line(..)` instead") {
        read_line:
            [] std::io::Stdin;
    }
    IoWriteFlush("`flush` blocks the event loop: it is `std::io::Write::flush`", "help: await `tokio::io::AsyncWriteExt::flush(..)` instead") {
        flush:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    IoWriteWrite("`write` blocks the event loop: it is `std::io::Write::write`", "help: await `tokio::io::AsyncWriteExt::write(..)` instead") {
        write:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    IoWriteWriteAll("`write_all` blocks the event loop: it is `std::io::Write::write_all`", "help: await `tokio::io::AsyncWriteExt::write_all(..)` instead") {
        write_all:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    IoWriteWriteAllVectored("`write_all_vectored` blocks the event loop: it is `std::io::Write::write_all_vectored`", "help: await `tokio::io::AsyncWriteExt::write_all(..)` instead") {
        write_all_vectored:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    IoWriteWriteFmt("`write_fmt` blocks the event loop: it is `std::io::Write::write_fmt`", "help: await `tokio::io::AsyncWriteExt::write_all(..)` instead") {
        write_fmt:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    IoWriteWriteVectored("`write_vectored` blocks the event loop: it is `std::io::Write::write_vectored`", "help: await `tokio::io::AsyncWriteExt::write_vectored(..)` instead") {
        write_vectored:
            [] std::fs::File,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>,
            [W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>,
            [] std::io::PipeWriter,
            [] std::net::TcpStream,
            #[cfg(unix)] [] std::os::unix::net::UnixStream,
            [] std::process::ChildStdin;
    }
    NetIncomingNext("`next` blocks the event loop: it is `std::net::Incoming::next`", "help: await `tokio::net::TcpListener::accept(..)` instead") {
        next:
            [] std::net::Incoming<'_>;
    }
    NetTcpListenerAccept("`accept` blocks the event loop: it is `std::net::TcpListener::accept`", "help: await `tokio::net::TcpListener::accept(..)` instead") {
        accept:
            [] std::net::TcpListener;
    }
    NetTcpStreamPeek("`peek` blocks the event loop: it is `std::net::TcpStream::peek`", "help: await `tokio::net::TcpStream::peek(..)` instead") {
        peek:
            [] std::net::TcpStream;
    }
    NetToSocketAddrsToSocketAddrs("`to_socket_addrs` blocks the event loop: it is `std::net::ToSocketAddrs::to_socket_addrs`", "help: await `tokio::net::lookup_host(..)` instead") {
        to_socket_addrs:
            [] std::string::String,
            [] str;
    }
    NetUdpSocketPeek("`peek` blocks the event loop: it is `std::net::UdpSocket::peek`", "help: await `tokio::net::UdpSocket::peek(..)` instead") {
        peek:
            [] std::net::UdpSocket;
    }
    NetUdpSocketPeekFrom("`peek_from` blocks the event loop: it is `std::net::UdpSocket::peek_from`", "help: await `tokio::net::UdpSocket::peek_from(..)` instead") {
        peek_from:
            [] std::net::UdpSocket;
    }
    NetUdpSocketRecv("`recv` blocks the event loop: it is `std::net::UdpSocket::recv`", "help: await `tokio::net::UdpSocket::recv(..)` instead") {
        recv:
            [] std::net::UdpSocket;
    }
    NetUdpSocketRecvFrom("`recv_from` blocks the event loop: it is `std::net::UdpSocket::recv_from`", "help: await `tokio::net::UdpSocket::recv_from(..)` instead") {
        recv_from:
            [] std::net::UdpSocket;
    }
    OsUnixFsFileExtReadAt("`read_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        read_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtReadBufAt("`read_buf_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_buf_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        read_buf_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtReadBufExactAt("`read_buf_exact_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_buf_exact_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        read_buf_exact_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtReadExactAt("`read_exact_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_exact_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        read_exact_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtReadVectoredAt("`read_vectored_at` blocks the event loop: it is `std::os::unix::fs::FileExt::read_vectored_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        read_vectored_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtWriteAllAt("`write_all_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_all_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        write_all_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtWriteAt("`write_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        write_at:
            [] std::fs::File;
    }
    OsUnixFsFileExtWriteVectoredAt("`write_vectored_at` blocks the event loop: it is `std::os::unix::fs::FileExt::write_vectored_at`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        write_vectored_at:
            [] std::fs::File;
    }
    OsUnixNetIncomingNext("`next` blocks the event loop: it is `std::os::unix::net::Incoming::next`", "help: await `tokio::net::UnixListener::accept(..)` instead") {
        next:
            #[cfg(unix)] [] std::os::unix::net::Incoming<'_>;
    }
    OsUnixNetUnixDatagramPeek("`peek` blocks the event loop: it is `std::os::unix::net::UnixDatagram::peek`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        peek:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixDatagramPeekFrom("`peek_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::peek_from`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        peek_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixDatagramRecv("`recv` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv`", "help: await `tokio::net::UnixDatagram::recv(..)` instead") {
        recv:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixDatagramRecvFrom("`recv_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_from`", "help: await `tokio::net::UnixDatagram::recv_from(..)` instead") {
        recv_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixDatagramRecvVectoredWithAncillary("`recv_vectored_with_ancillary` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_vectored_with_ancillary`", "help: use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixDatagramRecvVectoredWithAncillaryFrom("`recv_vectored_with_ancillary_from` blocks the event loop: it is `std::os::unix::net::UnixDatagram::recv_vectored_with_ancillary_from`", "help: use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary_from:
            #[cfg(unix)] [] std::os::unix::net::UnixDatagram;
    }
    OsUnixNetUnixListenerAccept("`accept` blocks the event loop: it is `std::os::unix::net::UnixListener::accept`", "help: await `tokio::net::UnixListener::accept(..)` instead") {
        accept:
            #[cfg(unix)] [] std::os::unix::net::UnixListener;
    }
    OsUnixNetUnixStreamPeek("`peek` blocks the event loop: it is `std::os::unix::net::UnixStream::peek`", "help: run it in the executor: `tokio::task::spawn_blocking(..)`") {
        peek:
            #[cfg(unix)] [] std::os::unix::net::UnixStream;
    }
    OsUnixNetUnixStreamRecvVectoredWithAncillary("`recv_vectored_with_ancillary` blocks the event loop: it is `std::os::unix::net::UnixStream::recv_vectored_with_ancillary`", "help: use `tokio::io::unix::AsyncFd` instead") {
        recv_vectored_with_ancillary:
            #[cfg(unix)] [] std::os::unix::net::UnixStream;
    }
    PathPathCanonicalize("`canonicalize` blocks the event loop: it is `std::path::Path::canonicalize`", "help: await `tokio::fs::canonicalize(..)` instead") {
        canonicalize:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathExists("`exists` blocks the event loop: it is `std::path::Path::exists`", "help: await `tokio::fs::try_exists(..)` instead") {
        exists:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathIsDir("`is_dir` blocks the event loop: it is `std::path::Path::is_dir`", "help: await `tokio::fs::metadata(..)`, then ask `is_dir()`") {
        is_dir:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathIsFile("`is_file` blocks the event loop: it is `std::path::Path::is_file`", "help: await `tokio::fs::metadata(..)`, then ask `is_file()`") {
        is_file:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathIsSymlink("`is_symlink` blocks the event loop: it is `std::path::Path::is_symlink`", "help: await `tokio::fs::symlink_metadata(..)`, then ask `is_symlink()`") {
        is_symlink:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathMetadata("`metadata` blocks the event loop: it is `std::path::Path::metadata`", "help: await `tokio::fs::metadata(..)` instead") {
        metadata:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathReadDir("`read_dir` blocks the event loop: it is `std::path::Path::read_dir`", "help: await `tokio::fs::read_dir(..)` instead") {
        read_dir:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathReadLink("`read_link` blocks the event loop: it is `std::path::Path::read_link`", "help: await `tokio::fs::read_link(..)` instead") {
        read_link:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathSymlinkMetadata("`symlink_metadata` blocks the event loop: it is `std::path::Path::symlink_metadata`", "help: await `tokio::fs::symlink_metadata(..)` instead") {
        symlink_metadata:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    PathPathTryExists("`try_exists` blocks the event loop: it is `std::path::Path::try_exists`", "help: await `tokio::fs::try_exists(..)` instead") {
        try_exists:
            [] std::path::Path,
            [] std::path::PathBuf;
    }
    ProcessChildWait("`wait` blocks the event loop: it is `std::process::Child::wait`", "help: await `tokio::process::Child::wait(..)` instead") {
        wait:
            [] std::process::Child;
    }
    ProcessChildWaitWithOutput("`wait_with_output` blocks the event loop: it is `std::process::Child::wait_with_output`", "help: await `tokio::process::Child::wait_with_output(..)` instead") {
        wait_with_output:
            [] std::process::Child;
    }
    ProcessCommandOutput("`output` blocks the event loop: it is `std::process::Command::output`", "help: await `tokio::process::Command::output(..)` instead") {
        output:
            [] std::process::Command;
    }
    ProcessCommandStatus("`status` blocks the event loop: it is `std::process::Command::status`", "help: await `tokio::process::Command::status(..)` instead") {
        status:
            [] std::process::Command;
    }
    SyncBarrierWait("`wait` blocks the event loop: it is `std::sync::Barrier::wait`", "help: await `tokio::sync::Barrier::wait(..)` instead") {
        wait:
            [] std::sync::Barrier;
    }
    SyncCondvarWait("`wait` blocks the event loop: it is `std::sync::Condvar::wait`", "help: await `tokio::sync::Notify::notified(..)` instead") {
        wait:
            [] std::sync::Condvar;
    }
    SyncCondvarWaitTimeout("`wait_timeout` blocks the event loop: it is `std::sync::Condvar::wait_timeout`", "help: await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout:
            [] std::sync::Condvar;
    }
    SyncCondvarWaitTimeoutMs("`wait_timeout_ms` blocks the event loop: it is `std::sync::Condvar::wait_timeout_ms`", "help: await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout_ms:
            [] std::sync::Condvar;
    }
    SyncCondvarWaitTimeoutWhile("`wait_timeout_while` blocks the event loop: it is `std::sync::Condvar::wait_timeout_while`", "help: await `tokio::time::timeout(.., notify.notified())` instead") {
        wait_timeout_while:
            [] std::sync::Condvar;
    }
    SyncCondvarWaitWhile("`wait_while` blocks the event loop: it is `std::sync::Condvar::wait_while`", "help: await `tokio::sync::Notify::notified(..)` instead") {
        wait_while:
            [] std::sync::Condvar;
    }
    SyncOnceWait("`wait` blocks the event loop: it is `std::sync::Once::wait`", "help: await `tokio::sync::OnceCell::get_or_init(..)` instead") {
        wait:
            [] std::sync::Once;
    }
    SyncOnceWaitForce("`wait_force` blocks the event loop: it is `std::sync::Once::wait_force`", "help: await `tokio::sync::OnceCell::get_or_init(..)` instead") {
        wait_force:
            [] std::sync::Once;
    }
    SyncOnceLockWait("`wait` blocks the event loop: it is `std::sync::OnceLock::wait`", "help: await `tokio::sync::OnceCell::get_or_init(..)` instead") {
        wait:
            [T] std::sync::OnceLock<T>;
    }
    SyncMpscIntoIterNext("`next` blocks the event loop: it is `std::sync::mpsc::IntoIter::next`", "help: await `tokio::sync::mpsc::Receiver::recv(..)` instead") {
        next:
            [T] std::sync::mpsc::IntoIter<T>;
    }
    SyncMpscIterNext("`next` blocks the event loop: it is `std::sync::mpsc::Iter::next`", "help: await `tokio::sync::mpsc::Receiver::recv(..)` instead") {
        next:
            [T] std::sync::mpsc::Iter<'_, T>;
    }
    SyncMpscReceiverRecv("`recv` blocks the event loop: it is `std::sync::mpsc::Receiver::recv`", "help: await `tokio::sync::mpsc::Receiver::recv(..)` instead") {
        recv:
            [T] std::sync::mpsc::Receiver<T>;
    }
    SyncMpscReceiverRecvDeadline("`recv_deadline` blocks the event loop: it is `std::sync::mpsc::Receiver::recv_deadline`", "help: await `tokio::time::timeout_at(.., rx.recv())` instead") {
        recv_deadline:
            [T] std::sync::mpsc::Receiver<T>;
    }
    SyncMpscReceiverRecvTimeout("`recv_timeout` blocks the event loop: it is `std::sync::mpsc::Receiver::recv_timeout`", "help: await `tokio::time::timeout(.., rx.recv())` instead") {
        recv_timeout:
            [T] std::sync::mpsc::Receiver<T>;
    }
    SyncMpscSyncSenderSend("`send` blocks the event loop: it is `std::sync::mpsc::SyncSender::send`", "help: await `tokio::sync::mpsc::Sender::send(..)` instead") {
        send:
            [T] std::sync::mpsc::SyncSender<T>;
    }
    ThreadJoinHandleJoin("`join` blocks the event loop: it is `std::thread::JoinHandle::join`", "help: run the work of the thread in the executor") {
        join:
            [T] std::thread::JoinHandle<T>;
    }
    ThreadScopedJoinHandleJoin("`join` blocks the event loop: it is `std::thread::ScopedJoinHandle::join`", "help: await `tokio::task::JoinSet::join_next(..)` instead") {
        join:
            [T] std::thread::ScopedJoinHandle<'_, T>;
    }
}
