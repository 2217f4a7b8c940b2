package io.quorate.raft;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Raft is arithmetic: it knows nothing of ours, and nothing of the world. */
class WallTest {
  private final JavaClasses raft =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.quorate.raft");

  @Test
  void importsNothingOfOurs() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..").and(not(resideInAPackage("io.quorate.raft.."))))
        .check(raft);
  }

  @Test
  void touchesNoFileClockThreadOrLogger() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.time..",
                    "java.util.concurrent..",
                    "java.util.logging..",
                    "org.slf4j..")
                .and(not(resideInAPackage("java.io.Serializable"))))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(raft);
  }
}
