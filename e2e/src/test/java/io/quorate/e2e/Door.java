package io.quorate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a member's client port: lets all through, then nothing, then breaks off. */
final class Door implements AutoCloseable {
  /** How connections end. */
  enum End {
    /** As those of a process that was killed while there was nothing unread. */
    FIN,
    /** As those of a process that was killed before it had read all. */
    RESET
  }

  private final ServerSocket listener;
  private final int behind;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final List<Socket> servers = new CopyOnWriteArrayList<>();
  private final AtomicLong held = new AtomicLong();
  private volatile boolean frozen;

  private Door(Member member) throws IOException {
    behind = member.clientPort();
    listener = new ServerSocket(Member.freePort(), 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  static Door before(Member member) {
    try {
      return new Door(member);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String hostAndPort() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** From now on what comes is taken, and goes nowhere. */
  void freeze() {
    frozen = true;
  }

  /** How much has come from clients since then. */
  long heldBytes() {
    return held.get();
  }

  /** Ends all connections; there will be no more. */
  void breakOff(End end) {
    try {
      listener.close();
      for (Socket client : clients) {
        if (end == End.RESET) {
          client.setSoLinger(true, 0);
        }
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        clients.add(client);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind);
        servers.add(server);
        Thread.ofVirtual().start(() -> copy(client, server, held));
        Thread.ofVirtual().start(() -> copy(server, client, new AtomicLong()));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void copy(Socket from, Socket to, AtomicLong heldHere) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16_384];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (frozen) {
          heldHere.addAndGet(count);
        } else {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException _) {
      // over
    }
  }

  @Override
  public void close() {
    breakOff(End.FIN);
    for (Socket server : servers) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
