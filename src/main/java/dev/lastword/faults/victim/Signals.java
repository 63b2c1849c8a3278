package dev.lastword.faults.victim;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Sends this process a signal, as {@code kill} would, but between two instructions of its own. */
@SuppressWarnings("restricted") // No class of the JDK lets a process signal itself.
final class Signals {

  static final int KILL = 9;
  static final int STOP = 19;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle SEND =
      LINKER.downcallHandle(
          LINKER.defaultLookup().find("kill").orElseThrow(),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private Signals() {}

  static void toSelf(int signal) {
    try {
      int result = (int) SEND.invokeExact((int) ProcessHandle.current().pid(), signal);
      if (result != 0) {
        throw new IllegalStateException("cannot send signal " + signal);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot send signal " + signal, e);
    }
  }
}
