// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.net.GreenConnection;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// A TLS socket whose operations block only the green thread that makes them.
///
/// ```java
/// try (var socket = Eventlet.wrapSsl(Eventlet.connect("example.org", 443), "example.org")) {
///     socket.sendAll("HEAD / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
///     int n = socket.recv(buffer);
/// }
/// ```
///
/// [GreenSslSocketFactory] and `Eventlet.wrapSsl` make them. It is an `SSLSocket` in every other
/// respect: parameters, sessions, ALPN and listeners (called in a green thread of their own) are
/// those of the JDK. A client demands that the certificate names its host; to leave that to others,
/// set `SSLParameters.setEndpointIdentificationAlgorithm("")`.
///
/// The handshake is made by the first read or write, or by [#startHandshake()]. A
/// [io.eventlet.Timeout], a kill or an SO_TIMEOUT may end any operation, at any byte: the
/// connection stays usable, and what was under way, the handshake too, goes on with the next
/// operation, unless a timeout or a kill is to close it, as one of a factory: see
/// [io.eventlet.net.OnCancellation]. (In portable mode the JDK closes the socket when a timeout or
/// a kill ends an operation. In both modes it is closed when that happens inside a callback of the
/// handshake, such as a trust manager that waits.) How much of an interrupted write the peer gets
/// is not known, as with every socket.
///
/// One thread may read while others write; a second reader gets a
/// [io.eventlet.errors.ConcurrentUse], writers take turns. Closing says goodbye to the peer
/// (`close_notify`), waiting ten seconds at most for it to take that and what was sent before; it
/// ends the operations of other threads with a `SocketException`. Before TLS 1.3, a peer's goodbye
/// ends both directions. A peer that closes without goodbye ends the stream like one that says it.
public final class GreenSslSocket extends SSLSocket implements GreenConnection {
    private final TlsLayer layer;
    private final Socket below; // addresses and options are its business
    private final TlsInputStream input;
    private final TlsOutputStream output;
    private final HandshakeListeners listeners = new HandshakeListeners();
    private volatile @Nullable BiFunction<SSLSocket, List<String>, String> selector;

    GreenSslSocket(TlsLayer layer) {
        this.layer = layer;
        below = layer.transport();
        input = new TlsInputStream(layer);
        output = new TlsOutputStream(layer);
    }

    /// Begins over a connected socket.
    GreenSslSocket begun() throws IOException {
        layer.begin(this::handshakeCompleted);
        return this;
    }

    TlsLayer layer() {
        return layer;
    }

    private void handshakeCompleted() {
        listeners.tell(this, layer.engine().getSession());
    }

    // ---- the life of the connection

    /// Connects within a limit in milliseconds, 0 for none; the handshake comes later. The host of
    /// the address is whom the certificate must name.
    @Override
    public void connect(SocketAddress address, int millis) throws IOException {
        layer.connect(address, millis, this::handshakeCompleted);
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    /// Makes the handshake if it has not been made; waits for a thread that makes it. Once it has,
    /// asks for new keys (TLS 1.3) or another handshake.
    @Override
    public void startHandshake() throws IOException {
        layer.startHandshake();
    }

    /// As [#startHandshake()] for a handshake that has not been made, within a limit: a
    /// `SocketTimeoutException` tells that it has passed.
    public void startHandshake(Duration limit) throws IOException {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException(
                    "the limit of a handshake must be positive: " + limit);
        }
        layer.startHandshake(limit);
    }

    /// Says goodbye to the peer, for ten seconds at most, and closes the socket below.
    @Override
    public void close() throws IOException {
        layer.close();
    }

    @Override
    public boolean isClosed() {
        return layer.isClosed();
    }

    /// Ends reading here; the peer is not told.
    @Override
    public void shutdownInput() throws IOException {
        layer.shutdownInput();
    }

    /// Says that no more will be sent; reading goes on (before TLS 1.3 the peer may end that too).
    @Override
    public void shutdownOutput() throws IOException {
        layer.shutdownOutput();
    }

    @Override
    public boolean isInputShutdown() {
        return layer.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        return layer.isOutputShut();
    }

    // ---- data

    @Override
    public boolean isPeerGone() {
        return layer.isPeerGone();
    }

    @Override
    public int recv(byte[] into, int offset, int length) throws IOException {
        return layer.read(into, offset, length);
    }

    @Override
    public void awaitReadable() throws IOException {
        layer.awaitReadable();
    }

    @Override
    public void sendAll(byte[] bytes, int offset, int length) throws IOException {
        layer.write(bytes, offset, length);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        layer.ensureReadable();
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        layer.ensureWritable();
        return output;
    }

    /// How long a read, or a handshake, waits, in milliseconds; 0 for no limit.
    @Override
    public void setSoTimeout(int millis) throws SocketException {
        layer.setTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return layer.timeout();
    }

    // ---- what is negotiated

    /// The session, after the handshake, which it makes if it was not made; an invalid one if that
    /// fails.
    @Override
    public SSLSession getSession() {
        return layer.session();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return layer.engine().getHandshakeSession();
    }

    /// The protocol chosen by ALPN: empty for none, null before the handshake.
    @Override
    public @Nullable String getApplicationProtocol() {
        return layer.engine().getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return layer.engine().getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            @Nullable BiFunction<SSLSocket, List<String>, String> newSelector) {
        selector = newSelector;
        layer.engine()
                .setHandshakeApplicationProtocolSelector(
                        newSelector == null
                                ? null
                                : (_, protocols) -> newSelector.apply(this, protocols));
    }

    @Override
    public @Nullable BiFunction<SSLSocket, List<String>, String>
            getHandshakeApplicationProtocolSelector() {
        return selector;
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.remove(listener);
    }

    // ---- parameters of the engine

    @Override
    public void setUseClientMode(boolean client) {
        layer.engine().setUseClientMode(client);
        if (!client) { // a server does not look for the names of its clients
            TlsEngines.identify(layer.engine(), "");
        }
    }

    @Override
    public SSLParameters getSSLParameters() {
        return layer.engine().getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        layer.engine().setSSLParameters(parameters);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return layer.engine().getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return layer.engine().getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        layer.engine().setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return layer.engine().getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return layer.engine().getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        layer.engine().setEnabledProtocols(protocols);
    }

    @Override
    public boolean getUseClientMode() {
        return layer.engine().getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        layer.engine().setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return layer.engine().getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        layer.engine().setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return layer.engine().getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        layer.engine().setEnableSessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return layer.engine().getEnableSessionCreation();
    }

    // ---- addresses of the socket below

    @Override
    public void bind(SocketAddress address) throws IOException {
        below.bind(address);
    }

    @Override
    public InetAddress getInetAddress() {
        return below.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return below.getLocalAddress();
    }

    @Override
    public int getPort() {
        return below.getPort();
    }

    @Override
    public int getLocalPort() {
        return below.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return below.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return below.getLocalSocketAddress();
    }

    @Override
    public boolean isBound() {
        return below.isBound();
    }

    @Override
    public boolean isConnected() {
        return below.isConnected();
    }

    // ---- options of the socket below

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        below.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return below.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        below.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return below.getSoLinger();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        below.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return below.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        below.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return below.getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        below.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return below.getKeepAlive();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        below.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return below.getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        below.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return below.getReuseAddress();
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        below.setPerformancePreferences(connectionTime, latency, bandwidth);
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        below.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return below.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return below.supportedOptions();
    }

    // ---- urgent data has no place in TLS

    @Override
    public void sendUrgentData(int data) throws IOException {
        throw noUrgentData();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        throw noUrgentData();
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        throw noUrgentData();
    }

    private static SocketException noUrgentData() {
        return new SocketException("TLS has no urgent data");
    }

    /// For error messages and dumps.
    @Override
    public String toString() {
        return "TLS over " + below;
    }
}
