@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.postgresql;
