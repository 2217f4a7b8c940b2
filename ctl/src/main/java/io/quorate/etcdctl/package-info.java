/**
 * The online tool {@code etcdctl} (spec/ctl.md). May import {@code client} and {@code cli}.
 *
 * <p><b>Adding a command.</b> A class extends {@link io.quorate.etcdctl.EtcdctlCommand}, in the
 * package of its family ({@code kv}, {@code lease}, …). It keeps its flags in fields, checks its
 * arguments ({@code throw Failure.badArguments("…")}), then {@code invocation.connect(this)} gives
 * the {@link io.quorate.client.ClusterChannel}, {@link io.quorate.client.wire.ProtoWriter} the
 * request, and {@code invocation.show(new …Answer(response))} prints the bytes that came. One
 * {@link io.quorate.etcdctl.output.Answer} per kind of response says how it reads in each output
 * mode; modes that it does not override are refused as the original refuses them. {@link
 * io.quorate.etcdctl.Etcdctl}, or the family's {@link io.quorate.cli.command.Group}, names the
 * command in both of its lists. Limits of time are in {@link io.quorate.etcdctl.Limits}.
 *
 * <p><b>Starting fast.</b> A process lives for one request, so what counts is what is loaded: no
 * generated protobuf messages, no lambdas, no reflection, no {@code String.format} and no pattern
 * switch on the way of an ordinary command. Rare ways (prompts, logs, TLS, DNS) may use what they
 * like: they sit in classes of their own.
 */
@NullMarked
package io.quorate.etcdctl;

import org.jspecify.annotations.NullMarked;
