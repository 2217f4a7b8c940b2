package io.quorate.server;

import com.google.protobuf.ByteString;
import io.quorate.api.authpb.Permission;
import io.quorate.api.etcdserverpb.AuthRoleGetResponse;
import io.quorate.api.etcdserverpb.AuthStatusResponse;
import io.quorate.node.Member;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.server.auth.Callers;
import io.quorate.server.auth.PasswordPool;
import io.quorate.server.auth.Tokens;
import io.quorate.server.wire.Answers;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.auth.AuthStore;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Passwords;
import io.quorate.statemachine.auth.User;
import io.quorate.statemachine.request.AuthRequest;
import io.quorate.statemachine.request.AuthRequest.Kind;
import io.quorate.statemachine.request.ByteText;
import io.quorate.statemachine.request.LoggedForm;
import io.quorate.statemachine.request.ProtoReader;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/**
 * etcdserverpb.Auth (spec/api.md 12.3). Every request goes through the log, questions too, and is
 * checked when it is applied. What is done here is what must not reach the log: passwords are
 * hashed, and compared, by the member that was asked.
 */
final class AuthService {
  private static final String SERVICE = "/etcdserverpb.Auth/";
  private static final int NAMES = 2;

  /**
   * @param bcryptCost of passwords that are set from now on
   * @param random of salts; must not be guessable
   */
  record PasswordOptions(int bcryptCost, RandomGenerator random) {}

  private final Member member;
  private final Headers headers;
  private final Callers callers;
  private final Tokens tokens;
  private final PasswordPool pool;
  private final PasswordOptions passwords;
  private final Logger log;

  AuthService(
      Member member,
      Headers headers,
      Callers callers,
      Tokens tokens,
      PasswordPool pool,
      PasswordOptions passwords,
      Logger log) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
    this.tokens = tokens;
    this.pool = pool;
    this.passwords = passwords;
    this.log = log;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "Authenticate", Method.Kind.UNARY, Unary.of(this::authenticate));
    table.add(SERVICE + "UserAdd", Method.Kind.UNARY, Unary.of(this::addUser));
    table.add(SERVICE + "UserChangePassword", Method.Kind.UNARY, Unary.of(this::changePassword));
    forward(table, "AuthEnable", Kind.AUTH_ENABLE);
    forward(table, "AuthDisable", Kind.AUTH_DISABLE);
    forward(table, "AuthStatus", Kind.AUTH_STATUS);
    forward(table, "UserGet", Kind.USER_GET);
    forward(table, "UserList", Kind.USER_LIST);
    forward(table, "UserDelete", Kind.USER_DELETE);
    forward(table, "UserGrantRole", Kind.USER_GRANT_ROLE);
    forward(table, "UserRevokeRole", Kind.USER_REVOKE_ROLE);
    forward(table, "RoleAdd", Kind.ROLE_ADD);
    forward(table, "RoleGet", Kind.ROLE_GET);
    forward(table, "RoleList", Kind.ROLE_LIST);
    forward(table, "RoleDelete", Kind.ROLE_DELETE);
    forward(table, "RoleGrantPermission", Kind.ROLE_GRANT_PERMISSION);
    forward(table, "RoleRevokePermission", Kind.ROLE_REVOKE_PERMISSION);
  }

  /** A method that proposes what the client sent. */
  private void forward(ServiceTable table, String name, Kind kind) {
    table.add(
        SERVICE + name,
        Method.Kind.UNARY,
        Unary.of((bytes, call) -> {
          AuthRequest.decode(kind, new ProtoReader("Auth" + name + "Request", bytes));
          propose(kind, bytes, call);
        }));
  }

  private void propose(Kind kind, byte[] bytes, ServerCall call) {
    callers.identify(
        call,
        caller ->
            member
                .propose(caller, kind.field(), LoggedForm.of(kind.field(), bytes))
                .whenComplete((outcome, failure) -> {
                  if (failure != null) {
                    call.finish(Errors.status(failure));
                  } else {
                    answer(outcome, call);
                  }
                }));
  }

  private void answer(Outcome outcome, ServerCall call) {
    byte[] header = headers.at(outcome.revision());
    switch (outcome) {
      case Outcome.Done _ -> Unary.reply(call, Answers.only(header));
      case Outcome.Refused refused -> call.finish(Errors.status(refused.error()));
      case AuthResult.Names names -> {
        Wire out = new Wire(256).message(1, header);
        names.names().forEach(name -> out.message(NAMES, ByteText.bytes(name)));
        Unary.reply(call, out.toByteArray());
      }
      case AuthResult.Status status ->
          Unary.reply(
              call,
              AuthStatusResponse.newBuilder()
                  .setHeader(headers.message(status.revision()))
                  .setEnabled(status.enabled())
                  .setAuthRevision(status.authRevision())
                  .build()
                  .toByteArray());
      case AuthResult.Permissions found -> {
        var response =
            AuthRoleGetResponse.newBuilder().setHeader(headers.message(found.revision()));
        found
            .permissions()
            .forEach(each ->
                response.addPerm(
                    Permission.newBuilder()
                        .setPermTypeValue(each.type())
                        .setKey(ByteString.copyFrom(each.key()))
                        .setRangeEnd(ByteString.copyFrom(each.rangeEnd()))));
        Unary.reply(call, response.build().toByteArray());
      }
      default -> throw new AssertionError(outcome.toString());
    }
  }

  // ---- passwords ----

  // Hashing comes before every other check, the caller's rights included, as in etcd.
  private void addUser(byte[] bytes, ServerCall call) {
    var add =
        (AuthRequest.UserAdd)
            AuthRequest.decode(Kind.USER_ADD, new ProtoReader("AuthUserAddRequest", bytes));
    if (add.noPassword()) {
      propose(Kind.USER_ADD, replaced(Kind.USER_ADD, bytes, AuthRequest.UserAdd.hashed("")), call);
      return;
    }
    refuseTooLong(add.password());
    pool.run(
        call,
        () ->
            propose(
                Kind.USER_ADD,
                replaced(Kind.USER_ADD, bytes, AuthRequest.UserAdd.hashed(hashed(add.password()))),
                call));
  }

  private void changePassword(byte[] bytes, ServerCall call) {
    var change =
        (AuthRequest.UserChangePassword)
            AuthRequest.decode(
                Kind.USER_CHANGE_PASSWORD, new ProtoReader("AuthUserChangePasswordRequest", bytes));
    if (change.password().isEmpty()) {
      propose(Kind.USER_CHANGE_PASSWORD, bytes, call);
      return;
    }
    refuseTooLong(change.password());
    pool.run(
        call,
        () ->
            propose(
                Kind.USER_CHANGE_PASSWORD,
                replaced(
                    Kind.USER_CHANGE_PASSWORD,
                    bytes,
                    AuthRequest.UserChangePassword.hashed(hashed(change.password()))),
                call));
  }

  /** The request with some fields replaced; all else stays as it was sent. */
  private static byte[] replaced(Kind kind, byte[] bytes, byte[] fields) {
    return LoggedForm.of(kind.field(), bytes, fields);
  }

  private static void refuseTooLong(String password) {
    if (password.length() > Passwords.MAX_BYTES) {
      throw new StatusException(Errors.PASSWORD_TOO_LONG);
    }
  }

  /** As a proposal carries it: Base64 of bcrypt's text. */
  private String hashed(String password) {
    byte[] salt = new byte[Passwords.SALT_BYTES];
    passwords.random.nextBytes(salt);
    return Base64.getEncoder()
        .encodeToString(Passwords.hash(ByteText.bytes(password), passwords.bcryptCost, salt));
  }

  // ---- logging in ----

  /** Who, and with what password. */
  private record Credentials(String user, String password) {
    static Credentials decode(ProtoReader in) {
      String user = "";
      String password = "";
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> user = in.byteText("Name");
          case 2 -> password = in.byteText("Password");
          default -> in.skip();
        }
      }
      return new Credentials(user, password);
    }

    @Override
    public String toString() {
      return "Credentials[" + ByteText.shown(user) + "]";
    }
  }

  private void authenticate(byte[] bytes, ServerCall call) {
    var credentials = Credentials.decode(new ProtoReader("AuthenticateRequest", bytes));
    member
        .linearizable()
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            pool.run(call, () -> logIn(credentials, call));
          }
        });
  }

  /**
   * Checks the password, then lets all members know, then looks whether users have changed in
   * between: if so the password may have too, and all begins anew.
   */
  private void logIn(Credentials credentials, ServerCall call) {
    AuthStore store = member.stores().auth();
    AuthView checkedBy = store.view();
    Optional<AuthError> wrong = wrong(credentials, checkedBy);
    if (wrong.isPresent()) {
      Status status = Errors.status(wrong.get());
      if (wrong.get() != AuthError.NOT_ENABLED) {
        log.atWarn()
            .addKeyValue("user", ByteText.shown(credentials.user))
            .addKeyValue("error", status.message().replace("etcdserver: ", "auth: "))
            .log("invalid authentication was requested");
      }
      call.finish(status);
      return;
    }
    byte[] request = new AuthRequest.Authenticate(credentials.user, tokens.newPrefix()).encode();
    member
        .propose(Kind.AUTHENTICATE.field(), request)
        .whenComplete((outcome, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else if (outcome instanceof Outcome.Refused refused) {
            call.finish(Errors.status(refused.error()));
          } else if (outcome instanceof AuthResult.Authenticated login) {
            long now = store.revision();
            if (now == checkedBy.revision()) {
              finish(login, call);
              return;
            }
            log.atInfo()
                .addKeyValue("revision-checked", checkedBy.revision())
                .addKeyValue("revision-now", now)
                .log("revision when password checked became stale; retrying");
            pool.run(call, () -> logIn(credentials, call));
          } else {
            throw new AssertionError(outcome.toString());
          }
        });
  }

  private Optional<AuthError> wrong(Credentials credentials, AuthView auth) {
    if (!auth.enabled()) {
      return Optional.of(AuthError.NOT_ENABLED);
    }
    Optional<User> user = auth.user(credentials.user);
    if (user.isEmpty()) {
      return Optional.of(AuthError.AUTHENTICATION_FAILED);
    }
    if (user.get().noPassword()) {
      return Optional.of(AuthError.NO_PASSWORD_USER);
    }
    if (Passwords.matches(ByteText.bytes(credentials.password), user.get().passwordHash())) {
      return Optional.empty();
    }
    log.atInfo().addKeyValue("user-name", ByteText.shown(credentials.user)).log("invalid password");
    return Optional.of(AuthError.AUTHENTICATION_FAILED);
  }

  private void finish(AuthResult.Authenticated login, ServerCall call) {
    tokens
        .issued(login)
        .ifPresentOrElse(
            token ->
                Unary.reply(
                    call,
                    new Wire(96)
                        .message(1, headers.at(login.revision()))
                        .message(2, ByteText.bytes(token))
                        .toByteArray()),
            () -> call.finish(Errors.status(AuthError.AUTHENTICATION_FAILED)));
  }
}
